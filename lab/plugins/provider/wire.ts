import grpc from "@grpc/grpc-js";
import providerpb from "@pulumi/pulumi/proto/provider_pb.js";
import statuspb from "@pulumi/pulumi/proto/status_pb.js";
import anypb from "google-protobuf/google/protobuf/any_pb.js";
import structpb from "google-protobuf/google/protobuf/struct_pb.js";
import { formatPath, type Change, type Diff } from "./diff.ts";
import { PartialFailure } from "./provider.ts";
import { open, seal, type Opened, type Path, type Props } from "./values.ts";

/** A property bag from the wire. */
export function fromStruct(struct: structpb.Struct | undefined): Opened {
  return open(struct?.toJavaScript());
}

/** A property bag for the wire; `secrets` says which of its values are secret. */
export function toStruct(props: Props, secrets: readonly Path[] = []): structpb.Struct {
  return structpb.Struct.fromJavaScript(seal(props, secrets));
}

const kinds = providerpb.PropertyDiff.Kind;

function kindOf(change: Change): providerpb.PropertyDiff.Kind {
  switch (change.kind) {
    case "add":
      return change.replace ? kinds.ADD_REPLACE : kinds.ADD;
    case "delete":
      return change.replace ? kinds.DELETE_REPLACE : kinds.DELETE;
    case "update":
      return change.replace ? kinds.UPDATE_REPLACE : kinds.UPDATE;
  }
}

/** Diffs are of inputs throughout. */
export function toDiffResponse(diff: Diff): providerpb.DiffResponse {
  const response = new providerpb.DiffResponse();
  const { DIFF_SOME, DIFF_NONE } = providerpb.DiffResponse.DiffChanges;
  response.setChanges(diff.changes.length > 0 ? DIFF_SOME : DIFF_NONE);
  const top = (changes: readonly Change[]): string[] => [...new Set(changes.map((change) => String(change.path[0])))];
  response.setDiffsList(top(diff.changes));
  response.setReplacesList(top(diff.changes.filter((change) => change.replace)));
  response.setDeletebeforereplace(diff.deleteBeforeReplace ?? false);
  response.setHasdetaileddiff(true);
  const detailed = response.getDetaileddiffMap();
  for (const change of diff.changes) {
    const property = new providerpb.PropertyDiff();
    property.setKind(kindOf(change));
    property.setInputdiff(true);
    detailed.set(formatPath(change.path), property);
  }
  return response;
}

/** An error in the form that gRPC sends. */
export class CallFailure extends Error {
  override readonly name = "CallFailure";
  readonly code = grpc.status.UNKNOWN;
  readonly details: string;
  readonly metadata: grpc.Metadata | undefined;

  constructor(message: string, metadata: grpc.Metadata | undefined, options?: ErrorOptions) {
    super(message, options);
    this.details = message;
    this.metadata = metadata;
  }
}

/** An error as gRPC carries it. A {@link PartialFailure} takes the resource's id and outputs with it. */
export function toServiceError(error: unknown, secrets: readonly Path[] = []): CallFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof PartialFailure)) return new CallFailure(message, undefined, { cause: error });
  const detail = new providerpb.ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(toStruct(error.outputs, secrets));
  detail.setReasonsList([...error.reasons]);
  const any = new anypb.Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statuspb.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(message);
  status.addDetails(any);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return new CallFailure(message, metadata, { cause: error });
}
