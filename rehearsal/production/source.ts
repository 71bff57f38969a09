import { readFile } from "node:fs/promises";
import { text as readStream } from "node:stream/consumers";
import { ProductionError, parseProduction } from "../../mirror/production.ts";
import type { Production } from "../../mirror/production.ts";
import { UsageError } from "../errors.ts";

/** Where production's manifests come from. */
export interface SourceOptions {
  /** Of the state store. Default: the environment's. */
  readonly region?: string | undefined;
  /** Profile in the AWS configuration whose credentials read the state store. Default: the environment's credentials. */
  readonly profile?: string | undefined;
}

/**
 * Reads production: a file with what `kops get all -o yaml` printed (`-`: standard input), or, given
 * `s3://bucket/path/cluster`, the cluster's objects in its state store. Nothing is ever written.
 *
 * @throws UsageError or RehearsalError that tells a cluster that is not there from one that may not be read
 */
export async function readProduction(source: string, options: SourceOptions = {}): Promise<Production> {
  const texts = source.startsWith("s3://")
    ? await (await import("./state-store.ts")).readStateStore(source, options)
    : [await readManifests(source)];
  return parsed(source, texts);
}

/** @throws UsageError with everything that is wrong with the text */
export function parsed(source: string, texts: readonly string[]): Production {
  try {
    return parseProduction(...texts);
  } catch (error) {
    if (!(error instanceof ProductionError)) throw error;
    throw new UsageError(`${source} is not a cluster that can be mirrored.`, {
      details: error.problems,
      next: "write it anew: kops get all --name CLUSTER --state s3://BUCKET -o yaml > FILE",
      cause: error,
    });
  }
}

async function readManifests(file: string): Promise<string> {
  try {
    return file === "-" ? await readStream(process.stdin) : await readFile(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new UsageError(
      code === "ENOENT" ? `There is no file ${file}.` : `${file} cannot be read: ${code ?? String(cause)}.`,
      { next: "kops get all --name CLUSTER --state s3://BUCKET -o yaml > FILE writes one", cause },
    );
  }
}
