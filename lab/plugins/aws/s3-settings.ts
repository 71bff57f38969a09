import {
  DeleteBucketEncryptionCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type BucketVersioningStatus,
  type ObjectOwnership,
  type S3Client,
  type ServerSideEncryption,
  type ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import { at, isObject, stringAt, type Props, type Value } from "../provider/values.ts";
import { unlessGone } from "./errors.ts";
import type { AwsResource } from "./resource.ts";

/** How one setting of a bucket is written, read and taken away. */
interface Setting {
  readonly inputs: readonly string[];
  readonly required: readonly string[];
  /** Error codes that say that the bucket has no such setting. */
  readonly absent: readonly string[];
  readonly normalize?: (inputs: Props) => Props;
  put(client: S3Client, bucket: string, inputs: Props): Promise<unknown>;
  /** The setting as outputs, or undefined when there is none. */
  get(client: S3Client, bucket: string): Promise<Props | undefined>;
  remove(client: S3Client, bucket: string, recorded: Props): Promise<unknown>;
}

/** A setting of a bucket as a resource; its id is the bucket's name. */
function bucketSetting(setting: Setting): AwsResource {
  const { normalize } = setting;
  const put: AwsResource["update"] = async (call, id, inputs) => {
    await setting.put(await call.aws.s3(call.aws.region(inputs)), id, inputs);
  };
  return {
    inputs: ["bucket", "region", ...setting.inputs],
    required: ["bucket", ...setting.required],
    replaceOn: [["bucket"], ["region"]],
    // The new one would be written over the old one, and then be deleted with it.
    deleteBeforeReplace: true,
    ...(normalize === undefined ? {} : { normalize: (call) => normalize(call.inputs) }),
    async create(call, inputs) {
      const bucket = stringAt(inputs, ["bucket"]) ?? "";
      await put(call, bucket, inputs, {});
      return bucket;
    },
    async read(call, id, recorded) {
      const region = call.aws.region(recorded);
      const client = await call.aws.s3(region);
      const found = await unlessGone(["NoSuchBucket", ...setting.absent], () => setting.get(client, id));
      return found === undefined ? undefined : { bucket: id, region, ...found };
    },
    update: put,
    async delete(call, id, recorded) {
      const client = await call.aws.s3(call.aws.region(recorded));
      await unlessGone(["NoSuchBucket", ...setting.absent], () => setting.remove(client, id, recorded));
    },
  };
}

function versioningStatus(props: Props): string {
  return stringAt(props, ["versioningConfiguration", "status"]) ?? "Disabled";
}

export const bucketVersioning = bucketSetting({
  inputs: ["versioningConfiguration"],
  required: ["versioningConfiguration"],
  absent: [],
  async put(client, bucket, inputs) {
    const status = versioningStatus(inputs);
    // A bucket that never had versioning cannot be given the status Disabled; it has it.
    if (status === "Disabled") return;
    const VersioningConfiguration = { Status: status as BucketVersioningStatus };
    await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  },
  async get(client, bucket) {
    const found = await client.send(new GetBucketVersioningCommand({ Bucket: bucket }));
    return { versioningConfiguration: { status: found.Status ?? "Disabled", mfaDelete: found.MFADelete ?? "" } };
  },
  async remove(client, bucket, recorded) {
    if (versioningStatus(recorded) === "Disabled") return;
    const VersioningConfiguration = { Status: "Suspended" as const };
    await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  },
});

function encryptionRule(rule: Value): ServerSideEncryptionRule {
  const algorithm = stringAt(rule, ["applyServerSideEncryptionByDefault", "sseAlgorithm"]);
  const key = stringAt(rule, ["applyServerSideEncryptionByDefault", "kmsMasterKeyId"]);
  const bucketKey = at(rule, ["bucketKeyEnabled"]);
  return {
    ...(algorithm === undefined
      ? {}
      : {
          ApplyServerSideEncryptionByDefault: {
            SSEAlgorithm: algorithm as ServerSideEncryption,
            ...(key === undefined ? {} : { KMSMasterKeyID: key }),
          },
        }),
    ...(typeof bucketKey === "boolean" ? { BucketKeyEnabled: bucketKey } : {}),
  };
}

export const bucketEncryption = bucketSetting({
  inputs: ["rules"],
  required: ["rules"],
  absent: ["ServerSideEncryptionConfigurationNotFoundError"],
  put(client, bucket, inputs) {
    const rules = inputs["rules"];
    const ServerSideEncryptionConfiguration = { Rules: (Array.isArray(rules) ? rules : []).map(encryptionRule) };
    return client.send(new PutBucketEncryptionCommand({ Bucket: bucket, ServerSideEncryptionConfiguration }));
  },
  async get(client, bucket) {
    const found = await client.send(new GetBucketEncryptionCommand({ Bucket: bucket }));
    const rules = (found.ServerSideEncryptionConfiguration?.Rules ?? []).map((rule) => ({
      applyServerSideEncryptionByDefault: {
        sseAlgorithm: rule.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ?? "",
        kmsMasterKeyId: rule.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID ?? "",
      },
      bucketKeyEnabled: rule.BucketKeyEnabled ?? false,
    }));
    return { rules };
  },
  remove: (client, bucket) => client.send(new DeleteBucketEncryptionCommand({ Bucket: bucket })),
});

const blocks = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"] as const;

export const publicAccessBlock = bucketSetting({
  inputs: [...blocks, "skipDestroy"],
  required: [],
  absent: ["NoSuchPublicAccessBlockConfiguration"],
  put(client, bucket, inputs) {
    const PublicAccessBlockConfiguration = {
      BlockPublicAcls: inputs["blockPublicAcls"] === true,
      BlockPublicPolicy: inputs["blockPublicPolicy"] === true,
      IgnorePublicAcls: inputs["ignorePublicAcls"] === true,
      RestrictPublicBuckets: inputs["restrictPublicBuckets"] === true,
    };
    return client.send(new PutPublicAccessBlockCommand({ Bucket: bucket, PublicAccessBlockConfiguration }));
  },
  async get(client, bucket) {
    const { PublicAccessBlockConfiguration: found } = await client.send(
      new GetPublicAccessBlockCommand({ Bucket: bucket }),
    );
    return {
      blockPublicAcls: found?.BlockPublicAcls ?? false,
      blockPublicPolicy: found?.BlockPublicPolicy ?? false,
      ignorePublicAcls: found?.IgnorePublicAcls ?? false,
      restrictPublicBuckets: found?.RestrictPublicBuckets ?? false,
    };
  },
  async remove(client, bucket, recorded) {
    if (recorded["skipDestroy"] === true) return;
    await client.send(new DeletePublicAccessBlockCommand({ Bucket: bucket }));
  },
});

export const bucketPolicy = bucketSetting({
  inputs: ["policy"],
  required: ["policy"],
  absent: ["NoSuchBucketPolicy"],
  /** A policy may be written as an object; it is recorded, as by the official plugin, as JSON. */
  normalize: (inputs) =>
    isObject(inputs["policy"]) ? { ...inputs, policy: JSON.stringify(inputs["policy"]) } : inputs,
  put: (client, bucket, inputs) =>
    client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: stringAt(inputs, ["policy"]) ?? "" })),
  async get(client, bucket) {
    const found = await client.send(new GetBucketPolicyCommand({ Bucket: bucket }));
    return { policy: found.Policy ?? "" };
  },
  remove: (client, bucket) => client.send(new DeleteBucketPolicyCommand({ Bucket: bucket })),
});

export const bucketOwnershipControls = bucketSetting({
  inputs: ["rule"],
  required: ["rule"],
  absent: ["OwnershipControlsNotFoundError"],
  put(client, bucket, inputs) {
    const ObjectOwnership = (stringAt(inputs, ["rule", "objectOwnership"]) ?? "BucketOwnerEnforced") as ObjectOwnership;
    const OwnershipControls = { Rules: [{ ObjectOwnership }] };
    return client.send(new PutBucketOwnershipControlsCommand({ Bucket: bucket, OwnershipControls }));
  },
  async get(client, bucket) {
    const found = await client.send(new GetBucketOwnershipControlsCommand({ Bucket: bucket }));
    return { rule: { objectOwnership: found.OwnershipControls?.Rules?.[0]?.ObjectOwnership ?? "" } };
  },
  remove: (client, bucket) => client.send(new DeleteBucketOwnershipControlsCommand({ Bucket: bucket })),
});
