import type { Facts } from "../facts.ts";
import { Check, type CheckResult } from "../finding.ts";
import { clashes } from "../production.ts";

/** The mirror is not production. */
export function notProduction({ intent }: Facts): CheckResult {
  const check = new Check("not-production", "the mirror is not production");
  check.looked(`${intent.clusterName} against ${intent.production.clusterName}`);
  const mirror = {
    clusterName: intent.clusterName,
    stateStore: intent.bucket,
    zone: intent.dns.mode === "none" ? undefined : intent.dns.zone,
    networkId: intent.network.id,
    networkCidr: intent.network.cidr,
    tags: intent.tags,
  };
  for (const { setting, value, against, productionValue, what } of clashes(mirror, intent.production)) {
    check.find("error", `${setting}: ${value} ${what}.`, [`${against}: ${productionValue}`], `change ${setting}`);
  }
  return check.result();
}
