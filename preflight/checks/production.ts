import type { Facts } from "../facts.ts";
import { Check, type CheckResult } from "../finding.ts";
import { clashes } from "../production.ts";

/** The mirror is not production. */
export function notProduction({ intent, aws }: Facts): CheckResult {
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
  // Production's manifests may have the zone's id, which no setting of the mirror's can be compared with.
  const { zone } = intent.production;
  if (mirror.zone === undefined || zone === undefined || zone.includes(".")) return check.result();
  check.ask(aws.zones, (zones) => {
    if (!zones.some(({ id }) => id === zone)) return;
    check.find(
      "error",
      `dns.zone: ${mirror.zone} is production's hosted zone; the mirror needs its own.`,
      [`production.zone: ${zone}`],
      "change dns.zone",
    );
  });
  return check.result();
}
