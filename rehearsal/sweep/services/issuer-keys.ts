import { DeleteObjectsCommand, type S3Client } from "@aws-sdk/client-s3";

/** What kops publishes of a cluster's service accounts (`pkg/model/issuerdiscovery.go` of kops 1.35). */
const files = ["openid/v1/jwks", ".well-known/openid-configuration"];

/** Where the keys are by which an identity provider is known; undefined for one whose issuer is no place in S3. */
export interface IssuerKeys {
  readonly bucket: string;
  readonly keys: readonly string[];
}

/** @param arn of the provider, which has the issuer's address in it; a bucket with dots in its name is part of the path */
export function issuerKeys(arn: string): IssuerKeys | undefined {
  const [host = "", ...path] = arn.slice(arn.indexOf("/") + 1).split("/");
  const match = /^(?:(.+)\.)?s3\.(?:dualstack\.)?[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/.exec(host);
  if (match === null) return undefined;
  const bucket = match[1] ?? path.shift();
  return bucket === undefined ? undefined : { bucket, keys: files.map((file) => [...path, file].join("/")) };
}

/** Deletes exactly these; others may be in the bucket, which is nobody's in particular. What is gone already is fine. */
export async function deleteIssuerKeys(client: S3Client, arn: string): Promise<void> {
  const found = issuerKeys(arn);
  if (found === undefined) return;
  const Objects = found.keys.map((Key) => ({ Key }));
  const { Errors = [] } = await client.send(
    new DeleteObjectsCommand({ Bucket: found.bucket, Delete: { Objects, Quiet: true } }),
  );
  const [error] = Errors;
  if (error !== undefined) throw new Error(`${error.Key} of ${found.bucket}: ${error.Code}: ${error.Message}`);
}
