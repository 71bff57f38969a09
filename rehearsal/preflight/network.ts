import { DescribeVpcsCommand, paginateDescribeSubnets } from "@aws-sdk/client-ec2";
import { both, known, type Fact } from "../../preflight/fact.ts";
import type { AwsFacts, Subnet } from "../../preflight/facts.ts";
import { ask, collect } from "./ask.ts";
import type { Clients } from "./clients.ts";

type Vpc = AwsFacts["vpc"] extends Fact<infer T> ? T : never;

/** The existing VPC with its subnets and their free addresses; nothing is asked when the mirror gets a new one. */
export async function vpc({ ec2 }: Clients, id: string | undefined): Promise<Fact<Vpc>> {
  if (id === undefined) return known({ cidrs: [], subnets: [] });
  const [cidrs, subnets] = await Promise.all([vpcCidrs(ec2, id), subnetsOf(ec2, id)]);
  return both(cidrs, subnets, (ranges, all) => (ranges === undefined ? undefined : { cidrs: ranges, subnets: all }));
}

function vpcCidrs(ec2: Clients["ec2"], id: string): Promise<Fact<string[] | undefined>> {
  return ask("ec2:DescribeVpcs", async (options) => {
    try {
      const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [id] }), options);
      return Vpcs[0]?.CidrBlockAssociationSet?.flatMap(({ CidrBlock }) => CidrBlock ?? []) ?? [];
    } catch (error) {
      if (/^InvalidVpcI[Dd]\./.test((error as { name?: string }).name ?? "")) return undefined;
      throw error;
    }
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
