import {
  DescribeAddressesCommand,
  paginateDescribeInstances,
  paginateDescribeInternetGateways,
  paginateDescribeNatGateways,
  paginateDescribeSubnets,
  paginateDescribeVolumes,
  paginateDescribeVpcs,
} from "@aws-sdk/client-ec2";
import { paginateDescribeLoadBalancers } from "@aws-sdk/client-elastic-load-balancing-v2";
import { both, mapFact, type Fact } from "../../preflight/fact.ts";
import type { Usage } from "../../preflight/facts.ts";
import { vcpuQuotaOf, type Market } from "../../preflight/quotas.ts";
import { ask, collect } from "./ask.ts";
import type { Clients } from "./clients.ts";
import { instanceTypes } from "./instance-types.ts";

/** How much of what quotas limit is in use in the region. */
export async function usage(clients: Clients): Promise<Usage> {
  const { ec2, elb } = clients;
  const [vcpus, gp3Gib, addresses, vpcs, internetGateways, networkLoadBalancers, natGateways] = await Promise.all([
    vcpusInUse(clients),
    ask("ec2:DescribeVolumes", async (options) => {
      const Filters = [{ Name: "volume-type", Values: ["gp3"] }];
      const volumes = await collect(
        paginateDescribeVolumes({ client: ec2 }, { Filters }, options),
        (page) => page.Volumes,
      );
      return volumes.reduce((sum, { Size = 0 }) => sum + Size, 0);
    }),
    ask(
      "ec2:DescribeAddresses",
      async (options) => (await ec2.send(new DescribeAddressesCommand({}), options)).Addresses?.length ?? 0,
    ),
    ask("ec2:DescribeVpcs", async (options) => {
      return (await collect(paginateDescribeVpcs({ client: ec2 }, {}, options), (page) => page.Vpcs)).length;
    }),
    ask("ec2:DescribeInternetGateways", async (options) => {
      const pages = paginateDescribeInternetGateways({ client: ec2 }, {}, options);
      return (await collect(pages, (page) => page.InternetGateways)).length;
    }),
    ask("elasticloadbalancing:DescribeLoadBalancers", async (options) => {
      const pages = paginateDescribeLoadBalancers({ client: elb }, {}, options);
      return (await collect(pages, (page) => page.LoadBalancers)).filter(({ Type }) => Type === "network").length;
    }),
    natGatewaysOfZone(ec2),
  ]);
  return { vcpus, gp3Gib, addresses, vpcs, internetGateways, networkLoadBalancers, natGateways };
}

/** By the code of the quota that counts them: spot instances have quotas of their own. */
async function vcpusInUse(clients: Clients): Promise<Fact<Map<string, number>>> {
  const running = await ask("ec2:DescribeInstances", async (options) => {
    const Filters = [{ Name: "instance-state-name", Values: ["pending", "running"] }];
    const pages = paginateDescribeInstances({ client: clients.ec2 }, { Filters }, options);
    const all = (await collect(pages, (page) => page.Reservations)).flatMap(({ Instances = [] }) => Instances);
    return all.flatMap(({ InstanceType: type = "", InstanceLifecycle: cycle }): { type: string; market: Market }[] =>
      cycle === undefined ? [{ type, market: "on-demand" }] : cycle === "spot" ? [{ type, market: "spot" }] : [],
    );
  });
  if (!running.known) return running;
  const names = new Set(running.value.map(({ type }) => type));
  return mapFact(await instanceTypes(clients, [...names]), (types) => {
    const vcpus = new Map<string, number>();
    for (const { type, market } of running.value) {
      const code = vcpuQuotaOf(type, market)?.code ?? "";
      vcpus.set(code, (vcpus.get(code) ?? 0) + (types.get(type)?.vcpus ?? 0));
    }
    return vcpus;
  });
}

/** NAT gateways in the zone that has the most of them: their quota is one of zones. */
async function natGatewaysOfZone(ec2: Clients["ec2"]): Promise<Fact<number>> {
  const gateways = await ask("ec2:DescribeNatGateways", async (options) => {
    const Filter = [{ Name: "state", Values: ["pending", "available"] }];
    const pages = paginateDescribeNatGateways({ client: ec2 }, { Filter }, options);
    return (await collect(pages, (page) => page.NatGateways)).map(({ SubnetId = "" }) => SubnetId);
  });
  const zones = await ask("ec2:DescribeSubnets", async (options) => {
    const all = await collect(paginateDescribeSubnets({ client: ec2 }, {}, options), (page) => page.Subnets);
    return new Map(all.map(({ SubnetId = "", AvailabilityZone = "" }) => [SubnetId, AvailabilityZone]));
  });
  return both(gateways, zones, (subnets, zoneOf) => {
    const perZone = new Map<string, number>();
    for (const subnet of subnets) {
      const zone = zoneOf.get(subnet) ?? "";
      perZone.set(zone, (perZone.get(zone) ?? 0) + 1);
    }
    return Math.max(0, ...perZone.values());
  });
}
