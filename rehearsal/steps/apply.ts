import { replaceArgv } from "../../kops/argv.ts";
import { clusterVersion } from "../cluster-version.ts";
import { writeWhole } from "../files.ts";
import { manifestsYaml, withoutDowngrade } from "../manifests.ts";
import { updateCluster } from "../update.ts";
import { waitUntilValid } from "../validate.ts";
import { addSecrets, addSshKey } from "./credentials.ts";
import type { Step } from "./step.ts";

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
    await kops.exec(replaceArgv(kops.call, manifests), { log: "replace", timeLimitMs: 2 * minute, show: true });
    await addSshKey(context);
    await addSecrets(context);
    log.emit({ kind: "waiting", message: `kops creates the cloud resources of ${config.clusterName}` });
    await updateCluster(context, {}, "update");
    const { nodes } = await waitUntilValid(context, 25 * minute);
    return {
      result: { clusterName: config.clusterName, version: existing ?? config.fromVersion, nodes: nodes.length },
    };
  },
};
