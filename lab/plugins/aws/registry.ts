import type { AwsFunction, AwsResource } from "./resource.ts";

/** Every resource type of this plugin; the code of a service is loaded when its first resource needs it. */
const loaders: Readonly<Record<string, () => Promise<AwsResource>>> = {
  "aws:s3/bucket:Bucket": async () => (await import("./s3-bucket.ts")).bucket,
  "aws:s3/bucketVersioning:BucketVersioning": async () => (await import("./s3-settings.ts")).bucketVersioning,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": async () =>
    (await import("./s3-settings.ts")).bucketEncryption,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": async () =>
    (await import("./s3-settings.ts")).publicAccessBlock,
  "aws:s3/bucketPolicy:BucketPolicy": async () => (await import("./s3-settings.ts")).bucketPolicy,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": async () =>
    (await import("./s3-settings.ts")).bucketOwnershipControls,
  "aws:ec2/vpc:Vpc": async () => (await import("./ec2.ts")).vpc,
  "aws:ec2/internetGateway:InternetGateway": async () => (await import("./ec2.ts")).internetGateway,
  "aws:route53/zone:Zone": async () => (await import("./route53-zone.ts")).zone,
  "aws:route53/record:Record": async () => (await import("./route53-record.ts")).record,
};

function unknown(kind: string, name: string, known: readonly string[]): Error {
  return new Error(`${kind} ${name} is not known to the lab's aws plugin; it has ${known.join(", ")}`);
}

/**
 * The resource type with this token.
 *
 * @throws for an unknown one, naming it.
 */
export function resourceOf(token: string): Promise<AwsResource> {
  const load = loaders[token];
  if (load === undefined) throw unknown("resource type", token, Object.keys(loaders));
  return load();
}

/**
 * The function with this token.
 *
 * @throws for an unknown one, naming it.
 */
export async function functionOf(token: string): Promise<AwsFunction> {
  const { functions } = await import("./functions.ts");
  const found = functions[token];
  if (found === undefined) throw unknown("function", token, Object.keys(functions));
  return found;
}
