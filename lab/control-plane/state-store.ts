import {
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  NoSuchBucket,
  NoSuchKey,
  NotFound,
  paginateListObjectsV2,
  S3Client,
} from "@aws-sdk/client-s3";
import type { ClusterState } from "./control-plane.ts";

const caPath = "/pki/private/kubernetes-ca/keyset.yaml";
const serviceAccountPath = "/pki/private/service-account/keyset.yaml";
const callLimitMs = 5000;

/** Where kops keeps a cluster, and which CA it has there now. */
export interface ClusterLocation {
  readonly bucket: string;
  /** The cluster's own prefix, without a slash at its end; its last part is the cluster's name. */
  readonly prefix: string;
  /** Changes when the CA does: a cluster deleted and made again under the same name has another. */
  readonly caTag: string;
}

/** The emulator's S3, looked at for what kops keeps there. */
export class StateStores {
  readonly #s3: S3Client;

  constructor(endpoint: string, region: string) {
    this.#s3 = new S3Client({
      endpoint,
      region,
      forcePathStyle: true,
      credentials: { accessKeyId: "lab", secretAccessKey: "lab" },
      customUserAgent: "rehearsal-lab",
      maxAttempts: 1,
    });
  }

  /** The first cluster, in any bucket, for which kops has made its CA and service-account key and that has a spec. */
  async findCluster(): Promise<ClusterLocation | undefined> {
    const { Buckets = [] } = await this.#s3.send(new ListBucketsCommand({}), limit());
    for (const { Name: bucket } of Buckets) {
      const keys = new Map<string, string>();
      for await (const page of paginateListObjectsV2({ client: this.#s3 }, { Bucket: bucket })) {
        for (const object of page.Contents ?? []) keys.set(object.Key ?? "", object.ETag ?? "");
      }
      for (const [key, caTag] of keys) {
        const prefix = key.slice(0, -caPath.length);
        if (!key.endsWith(caPath) || !keys.has(prefix + serviceAccountPath) || !keys.has(`${prefix}/config`)) continue;
        return { bucket: bucket ?? "", prefix, caTag };
      }
    }
    return undefined;
  }

  async read({ bucket, prefix }: ClusterLocation): Promise<ClusterState> {
    const text = async (path: string): Promise<string> => {
      const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket: bucket, Key: prefix + path }), limit());
      return (await Body?.transformToString()) ?? "";
    };
    const [cluster, ca, serviceAccount] = await Promise.all([text("/config"), text(caPath), text(serviceAccountPath)]);
    return { name: prefix.split("/").at(-1) ?? prefix, cluster, ca, serviceAccount };
  }

  /** False only when the store says that the cluster's CA is gone or another; throws when it does not say. */
  async isThere({ bucket, prefix, caTag }: ClusterLocation): Promise<boolean> {
    try {
      const head = await this.#s3.send(new HeadObjectCommand({ Bucket: bucket, Key: prefix + caPath }), limit());
      return head.ETag === caTag;
    } catch (error) {
      if (error instanceof NotFound || error instanceof NoSuchKey || error instanceof NoSuchBucket) return false;
      throw error;
    }
  }

  close(): void {
    this.#s3.destroy();
  }
}

const limit = (): { abortSignal: AbortSignal } => ({ abortSignal: AbortSignal.timeout(callLimitMs) });
