import { splitUrl } from "./parameters.ts";
import type { Grant } from "./policy.ts";
import type { Scopes } from "./scopes.ts";

const preview = "the lab keeps Pulumi's state in a folder; a preview reads it";
const update = "the lab keeps Pulumi's state in a folder; an update and a destroy write it";

/** Pulumi's own state in S3, and the key of its secrets: to read them for a preview, to write them for a rehearsal. */
export function pulumiGrants(scopes: Scopes, what: "read" | "write"): Grant[] {
  const { backend, kmsKey } = scopes.stack.pulumi ?? {};
  const { bucket, path } = splitUrl(backend ?? "");
  const arn = scopes.s3(bucket);
  const objects = [arn, ...(path === "" ? [] : [path]), ".pulumi/*"].join("/");
  const reading: Grant[] = [
    { name: "ListState", scope: { resources: [arn] }, actions: [], unseen: { "s3:ListBucket": preview } },
    { name: "ReadState", scope: { resources: [objects] }, actions: [], unseen: { "s3:GetObject": preview } },
  ];
  const writing: Grant = {
    name: "WriteState",
    scope: { resources: [objects] },
    actions: [],
    unseen: { "s3:DeleteObject": update, "s3:PutObject": update },
  };
  const key = (name: string, action: string, why: string): Grant => ({
    ...{ name, scope: { resources: [kmsKey ?? ""] }, actions: [], unseen: { [action]: why } },
  });
  return [
    ...(backend === undefined ? [] : what === "read" ? reading : [writing]),
    ...(kmsKey === undefined
      ? []
      : [what === "read" ? key("ReadSecrets", "kms:Decrypt", preview) : key("WriteSecrets", "kms:Encrypt", update)]),
  ];
}
