import type { Facts } from "../facts.ts";
import { Check, count, type CheckResult } from "../finding.ts";

/** With these kops leaves it to the user to install a network plugin (docs/networking.md of kops, "Custom"). */
const leftToTheUser = /^(cni|external)$/;

/** Nodes are ready with a network plugin only, and before that nothing can be put on the mirror but by kops itself. */
export function networkPlugin({ intent }: Facts): CheckResult {
  const check = new Check("network-plugin", "the network plugin of the mirror");
  const { networkPlugin: name, addons } = intent.mirror;
  check.looked(name === "" ? "none that this version knows" : name);
  if (!leftToTheUser.test(name)) return check.result();
  const next = "name its manifests in spec.addons of production's Cluster, at an address that the mirror can read";
  if (addons === 0)
    check.find(
      "error",
      `kops installs no network plugin with networking ${name}, so the mirror's nodes will never be ready.`,
      [`spec.networking: ${name}; spec.addons of the mirror: none`],
      `${next}; or, if fileAssets or hooks of the instances install it, accept this check`,
    );
  else
    check.find(
      "warning",
      `kops installs no network plugin with networking ${name}: one must be among the mirror's add-ons, else its nodes will never be ready.`,
      [`spec.networking: ${name}; spec.addons of the mirror: ${count(addons, "channel")}`],
      next,
    );
  return check.result();
}
