import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { messageOf, RehearsalError } from "./errors.ts";
import type { Run } from "./run.ts";

/** Splits `s3://bucket/some/path`. */
export function parseStateStore(stateStore: string): { bucket: string; prefix: string } {
  const [bucket = "", ...path] = stateStore.replace(/^s3:\/\//, "").split("/");
  return {
    bucket,
    prefix: path
      .filter((part) => part !== "")
      .map((part) => `${part}/`)
      .join(""),
  };
}

const contentTypes: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  json: "application/json",
  md: "text/markdown; charset=utf-8",
  ndjson: "application/x-ndjson",
};

/**
 * Copies a run to `rehearsals/<run>/` in the state store. Credentials, region and endpoint are those of the environment.
 *
 * @returns where it is
 */
export async function copyToStateStore(run: Run, config: { stateStore: string; region: string }): Promise<string> {
  const { bucket, prefix } = parseStateStore(config.stateStore);
  // Buckets with dots in their names and endpoints without wildcard names work with paths only.
  const client = new S3Client({ region: config.region, forcePathStyle: true, maxAttempts: 5 });
  const root = `${prefix}rehearsals/${run.name}/`;
  try {
    for (const file of await filesOf(run.dir)) {
      const key = root + relative(run.dir, file).split(sep).join("/");
      const type = contentTypes[file.split(".").at(-1) ?? ""] ?? "application/octet-stream";
      const { size } = await stat(file);
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          ContentType: type,
          ContentLength: size,
          Body: createReadStream(file),
        }),
        { abortSignal: AbortSignal.timeout(10 * 60_000) },
      );
    }
  } catch (cause) {
    throw new RehearsalError(`Run ${run.name} could not be copied to s3://${bucket}/${root}.`, {
      details: [messageOf(cause)],
      next: `the run itself is whole in ${run.dir}; check the access to the bucket and run the same command again`,
      cause,
    });
  } finally {
    client.destroy();
  }
  return `s3://${bucket}/${root}`;
}

async function filesOf(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".tmp"))
    .map((entry) => join(entry.parentPath, entry.name));
}
