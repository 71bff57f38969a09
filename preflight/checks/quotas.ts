import { known, unknown, type Fact } from "../fact.ts";
import type { Facts } from "../facts.ts";
import { Check, type CheckResult } from "../finding.ts";
import type { MirrorGroup } from "../mirror.ts";
import { quotas as table, vcpuQuotaOf, type Market, type Quota } from "../quotas.ts";
import { isThere } from "../whose.ts";

/** What is asked of one quota. */
interface Demand {
  readonly quota: Quota;
  readonly need: number;
  readonly used: Fact<number>;
}

/** The account's quotas leave room for the mirror. A quota that AWS does not tell is unknown, never guessed. */
export function quotas(facts: Facts): CheckResult {
  const check = new Check("quotas", "quotas of EC2, EBS, VPC and load balancers");
  const { aws, intent } = facts;
  check.ask(aws.instanceTypes, (types) => {
    const vcpus = (type: string): number => types.get(type)?.vcpus ?? 0;
    for (const demand of vcpuDemands(facts, vcpus)) judge(check, facts, demand);
  });
  if (!aws.instanceTypes.known) check.ask(aws.usage.vcpus, () => undefined);
  const other = intent.mirror.groups
    .flatMap(({ machineTypes }) => machineTypes)
    .find((type) => !vcpuQuotaOf(type, "on-demand"));
  if (other !== undefined) {
    const fact = unknown(`which quota counts ${other} is not known`, "see it in the console of Service Quotas");
    check.ask(fact, () => undefined);
  }
  for (const demand of otherDemands(facts)) judge(check, facts, demand);
  return check.result();
}

/** A roll adds one instance to a group of nodes before it takes one away; a control plane is replaced in place. */
function instancesOf({ controlPlane, size }: MirrorGroup): number {
  return size + (controlPlane || size === 0 ? 0 : 1);
}

/** How many of so many instances of a group AWS starts on each market: a part of one more is On-Demand. */
function onMarkets({ onDemand }: MirrorGroup, instances: number): Record<Market, number> {
  const base = Math.min(onDemand.base, instances);
  const above = Math.ceil(((instances - base) * onDemand.percentAbove) / 100);
  return { "on-demand": base + above, spot: instances - base - above };
}

function vcpuDemands({ intent, aws }: Facts, vcpus: (type: string) => number): Demand[] {
  const needs = new Map<string, { quota: Quota; need: number }>();
  for (const group of intent.mirror.groups) {
    // Of mixed instances the largest may be what a group gets.
    const largest = [...group.machineTypes].sort((a, b) => vcpus(b) - vcpus(a))[0];
    if (largest === undefined) continue;
    const counts = onMarkets(group, instancesOf(group));
    for (const market of ["on-demand", "spot"] as const) {
      const quota = vcpuQuotaOf(largest, market);
      if (quota === undefined || counts[market] === 0) continue;
      const before = needs.get(quota.code)?.need ?? 0;
      needs.set(quota.code, { quota, need: before + counts[market] * vcpus(largest) });
    }
  }
  const { vcpus: used } = aws.usage;
  return [...needs.values()].map((demand) => ({
    ...demand,
    used: used.known ? known(used.value.get(demand.quota.code) ?? 0) : used,
  }));
}

function otherDemands({ intent, aws }: Facts): Demand[] {
  const { mirror, network } = intent;
  const { usage } = aws;
  const volumes = mirror.groups.reduce((sum, group) => sum + instancesOf(group) * group.gp3Gib, 0);
  const gib = volumes + mirror.etcdGp3Gib;
  const used = usage.gp3Gib.known ? known(usage.gp3Gib.value / 1024) : usage.gp3Gib;
  const newVpc = network.id === undefined ? 1 : 0;
  return [
    { quota: table.gp3, need: gib / 1024, used },
    { quota: table.addresses, need: mirror.natGateways, used: usage.addresses },
    { quota: table.natGateways, need: Math.min(mirror.natGateways, 1), used: usage.natGateways },
    { quota: table.vpcs, need: newVpc, used: usage.vpcs },
    { quota: table.internetGateways, need: newVpc, used: usage.internetGateways },
    // The app's Service may ask for one more.
    { quota: table.networkLoadBalancers, need: mirror.networkLoadBalancers, used: usage.networkLoadBalancers },
  ].filter(({ need }) => need > 0);
}

function judge(check: Check, facts: Facts, { quota, need, used }: Demand): void {
  const { aws, intent } = facts;
  const limit = aws.quotas.get(quota.code) ?? unknown(`${quota.name} was not asked`, "report this as a mistake");
  // Both may be denied: what is missing is said at once.
  if (!limit.known) check.ask(used, () => undefined);
  check.ask(limit, (most) => {
    check.ask(used, (inUse) => {
      const free = most - inUse;
      check.looked(`${quota.name}: ${amount(inUse)} of ${amount(most)} in use`);
      // A mirror that is there already is part of what is in use.
      if (isThere(facts) || need <= free) return;
      check.find(
        "error",
        `The mirror needs ${amount(need)} ${quota.unit}, and the quota "${quota.name}" leaves ${amount(Math.max(free, 0))}.`,
        [`${quota.service} ${quota.code} in ${intent.region}: ${amount(most)}, of which ${amount(inUse)} in use`],
        `ask for more: aws service-quotas request-service-quota-increase --service-code ${quota.service} ` +
          `--quota-code ${quota.code} --desired-value ${Math.ceil(inUse + need)}`,
      );
    });
  });
}

function amount(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
