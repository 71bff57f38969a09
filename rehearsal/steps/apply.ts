import { chmod, rm } from "node:fs/promises";
import { createSshPublicKeyArgv, replaceArgv, updateArgv } from "../../kops/argv.ts";
import { KopsError } from "../../kops/errors.ts";
import { clusterVersion } from "../cluster-version.ts";
import { writeWhole } from "../files.ts";
import { manifestsYaml, withoutDowngrade } from "../manifests.ts";
import { waitUntilValid } from "../validate.ts";
import type { Step, StepContext } from "./step.ts";

const minute = 60_000;

/** Creates the mirror, or brings an existing one to what the settings say; its version is never lowered. */
export const apply: Step = {
  phase: "create",
  title: "create the mirror cluster",
  async run(context) {
    const { config, kops, run, log } = context;
    const existing = await clusterVersion(kops);
    const manifests = run.path("manifests.yaml");
    await writeWhole(manifests, manifestsYaml(withoutDowngrade(config.manifests, existing)));
    await kops.exec(replaceArgv(kops.call, manifests), { log: "replace", timeLimitMs: 2 * minute });
    await addSshKey(context);
    log.emit({ kind: "waiting", message: `kops creates the cloud resources of ${config.clusterName}` });
    await kops.exec(updateArgv(kops.call, { yes: true }), { log: "update", timeLimitMs: 20 * minute });
    const { nodes } = await waitUntilValid(context, 25 * minute);
    return {
      result: { clusterName: config.clusterName, version: existing ?? config.fromVersion, nodes: nodes.length },
    };
  },
};

async function addSshKey({ config, kops, run }: StepContext): Promise<void> {
  if (config.sshPublicKey === undefined) return;
  const file = run.path("ssh-key.pub");
  await writeWhole(file, `${config.sshPublicKey.trim()}\n`, 0o600);
  await chmod(file, 0o600);
  try {
    await kops.exec(createSshPublicKeyArgv(kops.call, file), { log: "ssh-key", timeLimitMs: 2 * minute });
  } catch (error) {
    if (!(error instanceof KopsError) || !/already exists/i.test(error.message)) throw error;
  } finally {
    await rm(file, { force: true });
  }
}
