import { GetObjectCommand, NoSuchKey, S3Client } from "@aws-sdk/client-s3";
import { emulatorClient } from "./instances.ts";

/** Reads files of the kops state store, by `s3://bucket/key`. */
export interface StateStore {
  /** Undefined when there is no such file. */
  read(location: string): Promise<string | undefined>;
  close?(): void;
}

export function s3StateStore(endpoint: string, region: string): StateStore {
  const s3 = new S3Client({ ...emulatorClient(endpoint, region), forcePathStyle: true });
  return {
    async read(location) {
      const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(location) ?? [];
      if (Bucket === undefined || Key === undefined)
        throw new Error(`${location} is not in S3: the lab can only read a state store of the form s3://BUCKET`);
      try {
        const answer = await s3.send(new GetObjectCommand({ Bucket, Key }));
        return await answer.Body?.transformToString();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    close: () => s3.destroy(),
  };
}
