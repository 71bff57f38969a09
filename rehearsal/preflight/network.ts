import {
  DescribeVpcsCommand,
  paginateDescribeEgressOnlyInternetGateways,
  paginateDescribeSubnets,
} from "@aws-sdk/client-ec2";
import { both, known, type Fact } from "../../preflight/fact.ts";
import type { AwsFacts, Subnet, Vpc } from "../../preflight/facts.ts";
import { ask, collect } from "./ask.ts";
import type { Clients } from "./clients.ts";

/**
 * The existing VPC with its subnets and their free addresses; nothing is asked when the mirror gets a new one.
 *
 * @param ipv6 whether the mirror has IPv6, and with it a need for a gateway
 */
export async function vpc({ ec2 }: Clients, id: string | undefined, ipv6: boolean): Promise<AwsFacts["vpc"]> {
  if (id === undefined) return known({ cidrs: [], ipv6Cidrs: [], egressOnlyGateways: [], subnets: [] });
  const [ranges, subnets, egressOnlyGateways] = await Promise.all([
    rangesOf(ec2, id),
    subnetsOf(ec2, id),
    ipv6 ? gatewaysOf(ec2) : known([]),
  ]);
  const parts = both(subnets, egressOnlyGateways, (all, gateways) => ({ subnets: all, egressOnlyGateways: gateways }));
  return both(ranges, parts, (found, rest) => (found === undefined ? undefined : { ...found, ...rest }));
}

function rangesOf(ec2: Clients["ec2"], id: string): Promise<Fact<Pick<Vpc, "cidrs" | "ipv6Cidrs"> | undefined>> {
  return ask("ec2:DescribeVpcs", async (options) => {
    try {
      const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [id] }), options);
      return {
        cidrs: Vpcs[0]?.CidrBlockAssociationSet?.flatMap(({ CidrBlock }) => CidrBlock ?? []) ?? [],
        ipv6Cidrs: Vpcs[0]?.Ipv6CidrBlockAssociationSet?.flatMap(({ Ipv6CidrBlock }) => Ipv6CidrBlock ?? []) ?? [],
      };
    } catch (error) {
      if (/^InvalidVpcI[Dd]\./.test((error as { name?: string }).name ?? "")) return undefined;
      throw error;
    }
  });
}

function gatewaysOf(ec2: Clients["ec2"]): Promise<Fact<Vpc["egressOnlyGateways"]>> {
  return ask("ec2:DescribeEgressOnlyInternetGateways", async (options) => {
    const pages = paginateDescribeEgressOnlyInternetGateways({ client: ec2 }, {}, options);
    const all = await collect(pages, (page) => page.EgressOnlyInternetGateways);
    return all.map(({ EgressOnlyInternetGatewayId: id = "", Attachments }) => ({
      id,
      vpcId: Attachments?.[0]?.VpcId ?? "",
    }));
  });
}

function subnetsOf(ec2: Clients["ec2"], vpcId: string): Promise<Fact<Subnet[]>> {
  return ask("ec2:DescribeSubnets", async (options) => {
    const input = { Filters: [{ Name: "vpc-id", Values: [vpcId] }] };
    const found = await collect(paginateDescribeSubnets({ client: ec2 }, input, options), (page) => page.Subnets);
    return found.map(({ SubnetId, AvailabilityZone, CidrBlock, AvailableIpAddressCount, Tags }) => ({
      id: SubnetId ?? "",
      zone: AvailabilityZone ?? "",
      cidr: CidrBlock ?? "",
      freeAddresses: AvailableIpAddressCount ?? 0,
      cluster: Tags?.find(({ Key }) => Key === "KubernetesCluster")?.Value,
    }));
  });
}
