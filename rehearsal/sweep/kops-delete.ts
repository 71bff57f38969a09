import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HeadObjectCommand, NotFound } from "@aws-sdk/client-s3";
import { deleteArgv } from "../../kops/argv.ts";
import type { FoundMirror } from "../../ownership/mirrors.ts";
import { terminateDetached } from "../detached.ts";
import { run } from "../exec.ts";
import type { Clients } from "./clients.ts";

const minute = 60_000;

/** The state store of a mirror that kops can still delete: it has the cluster's spec. */
export async function kopsStateStore(mirror: FoundMirror, { s3 }: Clients): Promise<string | undefined> {
  for (const { kind, id: Bucket } of mirror.resources) {
    if (kind !== "bucket") continue;
    try {
      await s3.send(new HeadObjectCommand({ Bucket, Key: `${mirror.cluster}/config` }));
      return `s3://${Bucket}`;
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
    }
  }
  return undefined;
}

/**
 * Lets kops delete the cluster: it knows what it has made, also what Kubernetes has made and nobody has tagged.
 *
 * @returns file with all that kops printed
 * @throws CommandError that names the log
 */
export async function kopsDelete(mirror: FoundMirror, stateStore: string, region: string): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "rehearsal-sweep-"));
  const logFile = join(dir, "kops-delete.log");
  await terminateDetached({ clusterName: mirror.cluster, region });
  await run({
    file: "kops",
    args: deleteArgv({ clusterName: mirror.cluster, stateStore }, { yes: true, wait: "25m0s", interval: "5s" }),
    // The user's own kubeconfig has nothing to do with it.
    env: { KUBECONFIG: join(dir, "kubeconfig"), AWS_REGION: region },
    cluster: mirror.cluster,
    timeLimitMs: 30 * minute,
    logFile,
  });
  // Only what failed is of interest afterwards.
  await rm(dir, { recursive: true, force: true });
}
