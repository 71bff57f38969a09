import {
  paginateDescribeInstances,
  paginateDescribeNatGateways,
  paginateDescribeTags,
  paginateDescribeVolumes,
  type TagDescription,
} from "@aws-sdk/client-ec2";
import { tagKeys } from "../../ownership/tags.ts";
import { known, type Fact } from "../../preflight/fact.ts";
import type { Named } from "../../preflight/facts.ts";
import { ask, collect, type CallOptions } from "./ask.ts";
import type { Clients } from "./clients.ts";
import { filters } from "./instance-types.ts";
import { ownerOf } from "./owner.ts";

type Client = Clients["ec2"];

/** Everything of EC2 that is there and carries the cluster's tags, with its owner. */
export async function tagged({ ec2 }: Clients, clusterName: string): Promise<Fact<Named[]>> {
  const found = await ask("ec2:DescribeTags", async (options) => {
    const tags = await tagsOf(ec2, clusterTags(clusterName), options);
    const types = new Map(
      tags
        .filter(({ Key, Value }) => Key !== "KubernetesCluster" || Value === clusterName)
        .map(({ ResourceId = "", ResourceType = "" }) => [ResourceId, ResourceType] as const),
    );
    const marks = new Map<string, TagDescription[]>();
    const ownership = { Name: "key", Values: Object.values(tagKeys) };
    for (const byId of filters("resource-id", [...types.keys()]))
      for (const tag of await tagsOf(ec2, [...byId, ownership], options))
        marks.set(tag.ResourceId ?? "", [...(marks.get(tag.ResourceId ?? "") ?? []), tag]);
    return [...types].map(([id, type]) => ({ id, type, owner: ownerOf(marks.get(id)) }));
  });
  if (!found.known) return found;
  let there = found.value;
  for (const [kind, { action, alive }] of Object.entries(lingering)) {
    const ids = there.filter(({ type }) => type === kind).map(({ id }) => id);
    if (ids.length === 0) continue;
    const rest = await ask(action, async (options) => new Set(await alive(ec2, ids, options)));
    if (!rest.known) return rest;
    there = there.filter(({ id, type }) => type !== kind || rest.value.has(id));
  }
  return known(there.map(({ id, type, owner }) => ({ id: `${type}/${id}`, owner })));
}

function clusterTags(clusterName: string): { Name: string; Values: string[] }[] {
  return [
    { Name: "key", Values: ["KubernetesCluster", `kubernetes.io/cluster/${clusterName}`] },
    { Name: "value", Values: [clusterName, "owned"] },
  ];
}

function tagsOf(
  client: Client,
  Filters: { Name: string; Values: string[] }[],
  options: CallOptions,
): Promise<TagDescription[]> {
  return collect(paginateDescribeTags({ client }, { Filters }, options), (page) => page.Tags);
}

interface Lingering {
  readonly action: string;
  readonly alive: (client: Client, ids: readonly string[], options: CallOptions) => Promise<string[]>;
}

/** AWS keeps the tags of these for about an hour after they are gone; which of them are there. */
const lingering: Readonly<Record<string, Lingering>> = {
  instance: {
    action: "ec2:DescribeInstances",
    alive: async (client, ids, options) => {
      const alive: string[] = [];
      for (const Filters of filters("instance-id", ids)) {
        const pages = paginateDescribeInstances({ client }, { Filters }, options);
        const all = (await collect(pages, (page) => page.Reservations)).flatMap(({ Instances = [] }) => Instances);
        const running = all.filter(({ State }) => !/^(terminated|shutting-down)$/.test(State?.Name ?? ""));
        alive.push(...running.map(({ InstanceId = "" }) => InstanceId));
      }
      return alive;
    },
  },
  natgateway: {
    action: "ec2:DescribeNatGateways",
    alive: async (client, ids, options) => {
      const alive: string[] = [];
      for (const Filter of filters("nat-gateway-id", ids)) {
        const all = await collect(
          paginateDescribeNatGateways({ client }, { Filter }, options),
          (page) => page.NatGateways,
        );
        alive.push(...all.filter(({ State }) => State !== "deleted").map(({ NatGatewayId = "" }) => NatGatewayId));
      }
      return alive;
    },
  },
  volume: {
    action: "ec2:DescribeVolumes",
    alive: async (client, ids, options) => {
      const alive: string[] = [];
      for (const Filters of filters("volume-id", ids)) {
        const all = await collect(paginateDescribeVolumes({ client }, { Filters }, options), (page) => page.Volumes);
        alive.push(...all.map(({ VolumeId = "" }) => VolumeId));
      }
      return alive;
    },
  },
};
