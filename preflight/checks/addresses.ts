import { contains, overlaps, parseCidr } from "../../kops/cidr.ts";
import type { Facts, Subnet, Vpc } from "../facts.ts";
import { hasIpv6, type MirrorShape } from "../mirror.ts";
import { Check, count, type CheckResult } from "../finding.ts";

/** AWS keeps five addresses of each subnet. Source: Amazon VPC user guide, "Subnet sizing". */
const reserved = 5;

/** The VPC that is given exists, has room for the mirror's subnets, and these have room for its instances. */
export function addresses({ intent, aws }: Facts): CheckResult {
  const check = new Check("addresses", "the VPC and its free addresses");
  const { id } = intent.network;
  if (id === undefined) {
    check.looked("the VPC is a new one");
    sizes(check, intent.mirror.subnets, intent.mirror.groups);
    return check.result();
  }
  check.ask(aws.vpc, (vpc) => {
    if (vpc === undefined) {
      check.find("error", `There is no VPC ${id} in ${intent.region}.`, ["network.id"], "correct network.id");
      return;
    }
    check.looked(`${id} with ${count(vpc.subnets.length, "subnet")}`);
    ipv6(check, id, intent.mirror, vpc);
    const others = vpc.subnets.filter(({ cluster }) => cluster !== intent.clusterName);
    for (const { zone, cidr, id: given } of intent.mirror.subnets) {
      if (given !== undefined) free(check, given, vpc.subnets, intent.mirror.groups);
      else if (cidr !== undefined) place(check, zone, cidr, vpc.cidrs, others);
    }
    sizes(check, intent.mirror.subnets, intent.mirror.groups);
  });
  return check.result();
}

/**
 * A VPC that is not kops' own must have what kops would make in its own (https://kops.sigs.k8s.io/networking/ipv6/). Of
 * egress-only internet gateways kops 1.35 finds those of all VPCs in the region, and goes on only if that is one
 * (https://github.com/kubernetes/kops/issues/18088).
 */
function ipv6(check: Check, id: string, mirror: MirrorShape, { ipv6Cidrs, egressOnlyGateways: gateways }: Vpc): void {
  if (!hasIpv6(mirror)) return;
  const without = "or leave out network.id: then kops makes a VPC with IPv6 for the mirror";
  if (ipv6Cidrs.length === 0)
    check.find(
      "error",
      `The mirror has IPv6, as production has, and ${id} has no IPv6 range.`,
      ["network.id"],
      `associate one with it (aws ec2 associate-vpc-cidr-block --amazon-provided-ipv6-cidr-block --vpc-id ${id}), ${without}`,
    );
  const needed = mirror.subnets.some(
    ({ type, id: given }) => /^(Private|DualStack)$/.test(type) && given === undefined,
  );
  if (!needed) return;
  if (!gateways.some(({ vpcId }) => vpcId === id))
    check.find(
      "error",
      `The mirror has subnets that reach the internet by an egress-only internet gateway, and ${id} has none.`,
      ["network.id"],
      `make one (aws ec2 create-egress-only-internet-gateway --vpc-id ${id}), ${without}`,
    );
  else if (gateways.length > 1)
    check.find(
      "error",
      `The region has ${gateways.length} egress-only internet gateways, and kops 1.35 cannot tell which one is that of ${id}.`,
      gateways.map((gateway) => `${gateway.id}: ${gateway.vpcId}`),
      "leave out network.id: then kops makes a VPC with IPv6 for the mirror (https://github.com/kubernetes/kops/issues/18088)",
    );
}

type Groups = Facts["intent"]["mirror"]["groups"];

/** Instances that a zone may have to take, with the one that a roll adds to each group of nodes. */
function instancesIn(zone: string, groups: Groups): number {
  return groups
    .filter(({ zones }) => zones.includes(zone))
    .reduce((sum, { size, controlPlane }) => sum + size + (controlPlane || size === 0 ? 0 : 1), 0);
}

function place(check: Check, zone: string, cidr: string, vpcCidrs: readonly string[], others: readonly Subnet[]): void {
  const range = parseCidr(cidr);
  if (range === undefined) return;
  const inside = vpcCidrs.some((outer) => {
    const parsed = parseCidr(outer);
    return parsed !== undefined && contains(parsed, range);
  });
  if (!inside)
    check.find(
      "error",
      `The mirror's subnet ${cidr} in ${zone} is outside of the VPC.`,
      [`the VPC has ${vpcCidrs.join(", ")}`],
      "set network.cidr to the VPC's, or network.subnets to ranges inside of it",
    );
  const clash = others.filter((subnet) => {
    const parsed = parseCidr(subnet.cidr);
    return parsed !== undefined && overlaps(parsed, range);
  });
  if (clash.length > 0)
    check.find(
      "error",
      `The mirror's subnet ${cidr} in ${zone} overlaps subnets that are there.`,
      clash.map((subnet) => `${subnet.id}: ${subnet.cidr} in ${subnet.zone}`),
      "give free ranges in network.subnets",
    );
}

function free(check: Check, id: string, subnets: readonly Subnet[], groups: Groups): void {
  const subnet = subnets.find((other) => other.id === id);
  if (subnet === undefined) {
    check.find("error", `There is no subnet ${id} in the VPC.`, [], "correct the subnet's id");
    return;
  }
  const need = instancesIn(subnet.zone, groups);
  if (subnet.freeAddresses >= need) return;
  check.find(
    "error",
    `Subnet ${id} has ${count(subnet.freeAddresses, "free address")}, and the mirror needs ${need} in ${subnet.zone}.`,
    [`${subnet.cidr}, AvailableIpAddressCount ${subnet.freeAddresses}`],
    "free some, choose another subnet, or make the mirror smaller",
  );
}

function sizes(check: Check, subnets: Facts["intent"]["mirror"]["subnets"], groups: Groups): void {
  for (const { zone, cidr, id } of subnets) {
    const range = cidr === undefined || id !== undefined ? undefined : parseCidr(cidr);
    if (range === undefined) continue;
    const room = 2 ** (32 - range.prefix) - reserved;
    const need = instancesIn(zone, groups);
    if (room < need)
      check.find(
        "error",
        `The mirror's subnet ${cidr} has room for ${room} instances, and ${need} may run in ${zone}.`,
        [`/${range.prefix} less ${reserved} that AWS keeps; a roll adds one to each group of nodes`],
        "give a larger network.cidr or network.subnets",
      );
  }
}
