import { z } from "zod";
import { getClusterArgv } from "../kops/argv.ts";
import { KopsError } from "../kops/errors.ts";
import type { Kops } from "./kops.ts";

const one = z.object({ spec: z.object({ kubernetesVersion: z.string() }) });
const schema = z.union([one, z.array(one).min(1)]);

/** The version that the state store has for the cluster; undefined when it has no such cluster. */
export async function clusterVersion(kops: Kops): Promise<string | undefined> {
  try {
    const call = { log: "get", timeLimitMs: 60_000, readOnly: true };
    const { stdout } = await kops.exec(getClusterArgv(kops.call), call);
    const found = schema.parse(JSON.parse(stdout));
    return (Array.isArray(found) ? found[0] : found)?.spec.kubernetesVersion;
  } catch (error) {
    if (error instanceof KopsError && error.code === "cluster-not-found") return undefined;
    throw error;
  }
}
