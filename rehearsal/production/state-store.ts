import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { UsageError } from "../errors.ts";
import { interrupted } from "../interrupt.ts";
import { stateStoreError } from "./errors.ts";
import type { SourceOptions } from "./source.ts";

/** No answer of S3 takes longer; the client tries three times. */
const requestLimitMs = 10_000;
const wholeLimitMs = 60_000;

/**
 * The Cluster and the InstanceGroups of a cluster, as kops keeps them in its state store: `<cluster>/config` and
 * `<cluster>/instancegroup/*`. Needs s3:GetObject on these and s3:ListBucket with that prefix, nothing else.
 *
 * @param url `s3://bucket/path/cluster`
 */
export async function readStateStore(url: string, { region, profile }: SourceOptions): Promise<string[]> {
  const { bucket, path } = splitUrl(url);
  if (bucket === "" || path === "")
    throw new UsageError(`${url} names no cluster.`, {
      details: ["Expected s3://state-store/cluster, with the name under which kops has the cluster there."],
      next: `kops get clusters --state s3://${bucket || "STATE-STORE"} lists them`,
    });
  const client = new S3Client({
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    // Buckets with dots in their names work with paths only; a bucket may be in another region than the cluster.
    forcePathStyle: true,
    followRegionRedirects: true,
    maxAttempts: 3,
    requestHandler: { requestTimeout: requestLimitMs, connectionTimeout: 5_000, throwOnRequestTimeout: true },
  });
  const abortSignal = AbortSignal.any([AbortSignal.timeout(wholeLimitMs), interrupted]);
  const get = async (key: string): Promise<string> => {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal });
      return (await Body?.transformToString()) ?? "";
    } catch (cause) {
      interrupted.throwIfAborted();
      throw stateStoreError({ doing: "read", bucket, key, path }, cause);
    }
  };
  try {
    const cluster = await get(`${path}/config`);
    const prefix = `${path}/instancegroup/`;
    const keys = await list(client, bucket, prefix, abortSignal).catch((cause: unknown) => {
      interrupted.throwIfAborted();
      throw stateStoreError({ doing: "list", bucket, key: prefix, path }, cause);
    });
    return [cluster, ...(await Promise.all(keys.map(get)))];
  } finally {
    client.destroy();
  }
}

async function list(client: S3Client, bucket: string, prefix: string, abortSignal: AbortSignal): Promise<string[]> {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const answer = await client.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
      { abortSignal },
    );
    keys.push(...(answer.Contents ?? []).flatMap(({ Key }) => Key ?? []));
    token = answer.NextContinuationToken;
  } while (token !== undefined);
  return keys.filter((key) => key !== prefix).sort();
}

/** Bucket, and the cluster's folder in it. */
function splitUrl(url: string): { bucket: string; path: string } {
  const [bucket = "", ...path] = url.replace(/^s3:\/\//, "").split("/");
  return { bucket, path: path.filter((part) => part !== "").join("/") };
}
