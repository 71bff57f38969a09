import { replaceArgv } from "../../kops/argv.ts";
import { clusterVersion } from "../cluster-version.ts";
import { writeWhole } from "../files.ts";
import { manifestsYaml, withoutDowngrade } from "../manifests.ts";
import { updateCluster } from "../update.ts";
import { waitUntilValid } from "../validate.ts";
import { whileLaunching } from "../watch/launches.ts";
import { addSecrets, addSshKey } from "./credentials.ts";
import type { Step } from "./step.ts";

const minute = 60_000;

const withoutCapacity =
  "another `size` or other `zones` of the group in the settings, a higher quota, or another time: then `pulumi up` goes on, or `pulumi destroy` removes what is there";

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
    // Auto Scaling tries as soon as there is a group, while kops is still at the rest.
    const { nodes } = await whileLaunching(context, withoutCapacity, async (hopeless) => {
      await updateCluster(context, {}, "update");
      return await waitUntilValid(context, 25 * minute, hopeless);
    });
    return {
      result: { clusterName: config.clusterName, version: existing ?? config.fromVersion, nodes: nodes.length },
    };
  },
};
