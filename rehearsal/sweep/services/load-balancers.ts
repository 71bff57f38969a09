import {
  DeleteLoadBalancerCommand as DeleteClassicCommand,
  DescribeTagsCommand as DescribeClassicTagsCommand,
  paginateDescribeLoadBalancers as paginateClassic,
} from "@aws-sdk/client-elastic-load-balancing";
import {
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DescribeTagsCommand,
  paginateDescribeLoadBalancers,
  paginateDescribeTargetGroups,
  waitUntilLoadBalancersDeleted,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Found } from "../../../ownership/found.ts";
import type { Clients } from "../clients.ts";
import { tagsOf } from "../../tag-list.ts";
import { batches, unlessGone, type Service } from "../service.ts";

/** How many the API describes the tags of in one call. */
const perCall = 20;
const waitSeconds = 600;

async function classic({ classic: client }: Clients): Promise<Found[]> {
  const names: string[] = [];
  for await (const page of paginateClassic({ client }, {}))
    names.push(...(page.LoadBalancerDescriptions ?? []).flatMap(({ LoadBalancerName }) => LoadBalancerName ?? []));
  const found: Found[] = [];
  for (const LoadBalancerNames of batches(names, perCall)) {
    const { TagDescriptions = [] } = await client.send(new DescribeClassicTagsCommand({ LoadBalancerNames }));
    for (const { LoadBalancerName: id = "", Tags } of TagDescriptions)
      found.push({ kind: "classic-load-balancer", id, name: id, tags: tagsOf(Tags) });
  }
  return found;
}

async function modern({ balancers: client }: Clients): Promise<Found[]> {
  const all: Omit<Found, "tags">[] = [];
  for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers({ client }, {}))
    for (const { LoadBalancerArn: id = "", LoadBalancerName: name = id } of LoadBalancers)
      all.push({ kind: "load-balancer", id, name });
  for await (const { TargetGroups = [] } of paginateDescribeTargetGroups({ client }, {}))
    for (const { TargetGroupArn: id = "", TargetGroupName: name = id } of TargetGroups)
      all.push({ kind: "target-group", id, name });
  const found: Found[] = [];
  for (const some of batches(all, perCall)) {
    const command = new DescribeTagsCommand({ ResourceArns: some.map(({ id }) => id) });
    const { TagDescriptions = [] } = await client.send(command);
    const tags = new Map(TagDescriptions.map(({ ResourceArn = "", Tags }) => [ResourceArn, tagsOf(Tags)]));
    found.push(...some.map((one) => ({ ...one, tags: tags.get(one.id) ?? {} })));
  }
  return found;
}

/** Classic, network and application load balancers, and target groups. */
export const loadBalancers: Service = {
  find: async (clients) => [...(await classic(clients)), ...(await modern(clients))],
  remove: {
    "classic-load-balancer": ({ classic: client }, { id }) =>
      unlessGone(() => client.send(new DeleteClassicCommand({ LoadBalancerName: id }))),
    "load-balancer": async ({ balancers: client }, { id }) => {
      await unlessGone(() => client.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: id })));
      const patience = { client, maxWaitTime: waitSeconds, minDelay: 1, maxDelay: 15 };
      await unlessGone(() => waitUntilLoadBalancersDeleted(patience, { LoadBalancerArns: [id] }));
    },
    "target-group": ({ balancers: client }, { id }) =>
      unlessGone(() => client.send(new DeleteTargetGroupCommand({ TargetGroupArn: id }))),
  },
};
