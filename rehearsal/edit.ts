import { getAllArgv, replaceArgv } from "../kops/argv.ts";
import { writeWhole } from "./files.ts";
import { editManifests, type Edit } from "./manifests.ts";
import type { StepContext } from "./steps/step.ts";

/**
 * The article's `kops edit cluster`, without an editor. A cluster that has the version already is left alone, unless
 * something else is edited too.
 *
 * @returns the version from before
 */
export async function editCluster({ kops, run, log }: StepContext, edit: Edit): Promise<string> {
  const call = { log: "get", timeLimitMs: 120_000, readOnly: true, show: true };
  const { stdout } = await kops.exec(getAllArgv(kops.call), call);
  const { text, previous } = editManifests(stdout, edit);
  if (previous === edit.version && edit.maxSurge === undefined) return previous;
  const file = run.path(`manifests.${edit.version}.yaml`);
  await writeWhole(file, text);
  const surge = edit.maxSurge === undefined ? "" : `, spec.rollingUpdate.maxSurge of the nodes: ${edit.maxSurge}`;
  log.emit({ kind: "note", message: `spec.kubernetesVersion: ${previous} -> ${edit.version}${surge}` });
  await kops.exec(replaceArgv(kops.call, file), { log: "replace", timeLimitMs: 120_000, show: true });
  return previous;
}
