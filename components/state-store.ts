import * as pulumi from "@pulumi/pulumi";
import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import { dependsOnOf } from "./step.ts";
import type { Tags } from "../ownership/tags.ts";

export interface StateStoreArgs {
  /** Name of the bucket. */
  readonly bucketName: pulumi.Input<string>;
  readonly tags?: pulumi.Input<Tags>;
}

/**
 * The S3 bucket in which kops keeps the mirror: versioned, encrypted, private, reached over TLS only.
 * It is deleted with all that is in it.
 *
 * @example new StateStore("state-store", { bucketName: "example-rehearsal-state-store" })
 */
export class StateStore extends pulumi.ComponentResource {
  /** `s3://bucket`, once the bucket is ready to take secrets. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: StateStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kops-upgrade-rehearsal:components:StateStore", name, {}, opts);
    const parent = { parent: this };

    const bucket = new Bucket(
      `${name}-bucket`,
      { bucket: args.bucketName, forceDestroy: true, ...(args.tags ? { tags: args.tags } : {}) },
      { ...parent, ...dependsOnOf(opts) },
    );
    const versioning = new BucketVersioning(
      `${name}-versioning`,
      { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
      parent,
    );
    const encryption = new BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { bucket: bucket.id, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      parent,
    );
    const privacy = new BucketPublicAccessBlock(
      `${name}-privacy`,
      {
        bucket: bucket.id,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      parent,
    );
    const policy = new BucketPolicy(
      `${name}-tls-only`,
      { bucket: bucket.id, policy: bucket.arn.apply(tlsOnlyPolicy) },
      // S3 refuses two changes of a bucket's access at the same time.
      { ...parent, dependsOn: [privacy] },
    );

    // kops writes private keys into the bucket: nobody gets its address before it is locked down.
    this.url = pulumi
      .all([bucket.id, versioning.id, encryption.id, policy.id])
      .apply(([bucketName]) => `s3://${bucketName}`);
    this.registerOutputs({ url: this.url });
  }
}

/** Denies every request that does not come over TLS. */
export function tlsOnlyPolicy(bucketArn: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucketArn, `${bucketArn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
