import { chmod, open, readFile, rm } from "node:fs/promises";
import { exportKubeconfigArgv } from "../../kops/argv.ts";
import type { Kops } from "../kops.ts";
import type { Step } from "./step.ts";

/** kops writes into the file that is there, and keeps its mode. */
async function exportTo(kops: Kops, file: string): Promise<void> {
  const handle = await open(file, "a", 0o600);
  await handle.close();
  await chmod(file, 0o600);
  await kops.exec(exportKubeconfigArgv(kops.call, file), { log: "kubeconfig", timeLimitMs: 120_000, readOnly: true });
}

/** Writes the stack's own kubeconfig, mode 0600. */
export async function writeKubeconfig(kops: Kops): Promise<void> {
  // kops that is killed leaves its lock, and refuses ever after. Only one step of a stack runs at a time, so it is nobody's.
  await rm(`${kops.kubeconfig}.lock`, { force: true });
  await exportTo(kops, kops.kubeconfig);
}

/** Exports an admin kubeconfig to the stack's own file, and to `$KUBECONFIG` when that is set; prints it. */
export const kubeconfig: Step = {
  phase: "create",
  title: "export the kubeconfig",
  async run({ kops, config }) {
    await writeKubeconfig(kops);
    const users = process.env["KUBECONFIG"]?.split(":")[0];
    if (users !== undefined && users !== "" && users !== kops.kubeconfig) await exportTo(kops, users);
    return { result: { clusterName: config.clusterName }, print: await readFile(kops.kubeconfig, "utf8") };
  },
};
