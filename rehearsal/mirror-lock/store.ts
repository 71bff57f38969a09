import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchBucket,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { lockSchema, type Lock, type SeenLock } from "../../ownership/lock.ts";
import { parseStateStore } from "../artifacts.ts";

const requestLimitMs = 10_000;
const callLimitMs = 90_000;

/** A lock as the store has it now. */
export interface StoredLock extends SeenLock {
  readonly etag: string;
}

/** The state store has no such bucket: there is nothing to guard, and nowhere to say so. */
export const noStore = Symbol("no store");

/** The lock object of one mirror in its state store, written by conditional writes only. */
export class LockStore {
  readonly bucket: string;
  readonly key: string;
  readonly #client: S3Client;
  #serverDate: string | undefined;

  constructor(config: { readonly stateStore: string; readonly clusterName: string; readonly region: string }) {
    const { bucket, prefix } = parseStateStore(config.stateStore);
    this.bucket = bucket;
    this.key = `${prefix}rehearsals/${config.clusterName}.lock.json`;
    this.#client = new S3Client({
      region: config.region,
      forcePathStyle: true,
      maxAttempts: 8,
      requestHandler: { requestTimeout: requestLimitMs, connectionTimeout: 5_000, throwOnRequestTimeout: true },
    });
    // The age of a lock is told by one clock, the store's, whatever those of its operators show.
    this.#client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        this.#serverDate = (result.response as { headers?: Record<string, string> }).headers?.["date"];
        return result;
      },
      { step: "deserialize", name: "serverDate" },
    );
  }

  get url(): string {
    return `s3://${this.bucket}/${this.key}`;
  }

  async read(): Promise<StoredLock | undefined | typeof noStore> {
    try {
      const { Body, ETag, LastModified } = await this.#client.send(new GetObjectCommand(this.#object), limit());
      const lock = lockSchema.parse(JSON.parse((await Body?.transformToString()) ?? ""));
      const now = this.#serverDate === undefined ? Date.now() : Date.parse(this.#serverDate);
      return { lock, etag: ETag ?? "", ageSeconds: (now - (LastModified?.getTime() ?? now)) / 1000 };
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      if (error instanceof NoSuchBucket) return noStore;
      throw error;
    }
  }

  /**
   * Writes the lock if it is still what was read.
   *
   * @param etag of what was read; undefined when there was none
   * @returns the new etag; undefined when somebody else wrote it meanwhile, or an attempt of ours whose answer was lost
   */
  async write(lock: Lock, etag: string | undefined): Promise<string | undefined> {
    const condition = etag === undefined ? { IfNoneMatch: "*" } : { IfMatch: etag };
    const Body = `${JSON.stringify(lock, undefined, 2)}\n`;
    const put = new PutObjectCommand({ ...this.#object, ...condition, Body, ContentType: "application/json" });
    try {
      return (await this.#client.send(put, limit())).ETag ?? "";
    } catch (error) {
      // 412: it is another one; 409: somebody writes it just now; 404: it was deleted, or the store was.
      if (!(error instanceof S3ServiceException)) throw error;
      if ([404, 409, 412].includes(error.$metadata.httpStatusCode ?? 0)) return undefined;
      throw error;
    }
  }

  /** With the mirror its lock goes. */
  async remove(): Promise<void> {
    try {
      await this.#client.send(new DeleteObjectCommand(this.#object), limit());
    } catch (error) {
      if (!(error instanceof NoSuchBucket)) throw error;
    }
  }

  close(): void {
    this.#client.destroy();
  }

  get #object(): { Bucket: string; Key: string } {
    return { Bucket: this.bucket, Key: this.key };
  }
}

const limit = (): { abortSignal: AbortSignal } => ({ abortSignal: AbortSignal.timeout(callLimitMs) });
