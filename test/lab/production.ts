import { PutObjectCommand, CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { readFileSync } from "node:fs";
import { stringify } from "yaml";
import { nameOf, parseProduction } from "../../mirror/production.ts";

/** The access key by which a request log tells these writes from everybody else's. */
export const planter = "planter";

/** The project's example of a production cluster, under another name. */
export function exampleProduction(clusterName: string): string {
  const text = readFileSync(new URL("../../examples/production.yaml", import.meta.url), "utf8");
  return text.replaceAll("prod.k8s.example.com", clusterName);
}

/**
 * Puts a cluster into a state store as kops keeps it there.
 *
 * @param text what `kops get all -o yaml` prints
 * @returns its URL, for `production.source`
 */
export async function plantProduction(endpoint: string, bucket: string, text: string): Promise<string> {
  const s3 = new S3Client({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: planter, secretAccessKey: planter },
    forcePathStyle: true,
  });
  const { cluster, groups } = parseProduction(text);
  const name = nameOf(cluster);
  const put = (Key: string, manifest: unknown) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: stringify(manifest) }));
  try {
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    await put(`${name}/config`, cluster);
    for (const group of groups) await put(`${name}/instancegroup/${nameOf(group)}`, group);
  } finally {
    s3.destroy();
  }
  return `s3://${bucket}/${name}`;
}
