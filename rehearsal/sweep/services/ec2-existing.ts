import {
  paginateDescribeInstances,
  paginateDescribeNatGateways,
  paginateDescribeVolumes,
  type EC2Client,
} from "@aws-sdk/client-ec2";
import type { Found } from "../../../ownership/found.ts";
import { tagKeys } from "../../../ownership/tags.ts";

const Filters = [{ Name: "tag-key", Values: [tagKeys.owner] }];

/** Rules of security groups go with their group. */
const parts = new Set(["security-group-rule"]);

/** Ids of those that are still there, by kind: AWS keeps the tags of these for about an hour after they are gone. */
const alive: Readonly<Record<string, (client: EC2Client) => Promise<string[]>>> = {
  instance: async (client) => {
    const ids: string[] = [];
    for await (const { Reservations = [] } of paginateDescribeInstances({ client }, { Filters })) {
      const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
      ids.push(...instances.flatMap(({ InstanceId = "", State }) => (State?.Name === "terminated" ? [] : InstanceId)));
    }
    return ids;
  },
  natgateway: async (client) => {
    const ids: string[] = [];
    for await (const { NatGateways = [] } of paginateDescribeNatGateways({ client }, { Filter: Filters }))
      ids.push(...NatGateways.flatMap(({ NatGatewayId = "", State }) => (State === "deleted" ? [] : NatGatewayId)));
    return ids;
  },
  volume: async (client) => {
    const ids: string[] = [];
    for await (const { Volumes = [] } of paginateDescribeVolumes({ client }, { Filters }))
      ids.push(...Volumes.flatMap(({ VolumeId = "", State }) => (State === "deleted" ? [] : VolumeId)));
    return ids;
  },
};

/** Only what is there, and is a resource of its own. */
export async function existing(client: EC2Client, found: readonly Found[]): Promise<Found[]> {
  const there = new Map<string, Set<string>>();
  for (const kind of new Set(found.map((one) => one.kind))) {
    const ids = await alive[kind]?.(client);
    if (ids !== undefined) there.set(kind, new Set(ids));
  }
  return found.filter(({ kind, id }) => !parts.has(kind) && (there.get(kind)?.has(id) ?? true));
}
