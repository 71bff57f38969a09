import {
  ListRulesCommand,
  ListTagsForResourceCommand,
  type EventBridgeClient,
  type Rule,
} from "@aws-sdk/client-eventbridge";
import { ListQueueTagsCommand, paginateListQueues } from "@aws-sdk/client-sqs";
import { eventRulePrefix, interruptionQueuePrefix } from "../../kops/names.ts";
import { both, type Fact } from "../../preflight/fact.ts";
import type { Named } from "../../preflight/facts.ts";
import { ask, collect, type CallOptions } from "./ask.ts";
import type { Clients } from "./clients.ts";
import { ownerOf } from "./owner.ts";

/** The queues and event rules that kops deletes with the cluster: all whose names begin with the cluster's. */
export async function interruptions({ events, queues }: Clients, clusterName: string): Promise<Fact<Named[]>> {
  const [ofQueues, ofRules] = await Promise.all([
    ask("sqs:ListQueues", async (options) => {
      const QueueNamePrefix = interruptionQueuePrefix(clusterName);
      const pages = paginateListQueues({ client: queues }, { QueueNamePrefix, MaxResults: 1000 }, options);
      const urls = await collect(pages, (page) => page.QueueUrls);
      return await Promise.all(
        urls.map(async (QueueUrl) => {
          const { Tags = {} } = await queues.send(new ListQueueTagsCommand({ QueueUrl }), options);
          const owner = ownerOf(Object.entries(Tags).map(([Key, Value]) => ({ Key, Value })));
          return { id: `queue/${QueueUrl.split("/").at(-1) ?? QueueUrl}`, owner };
        }),
      );
    }),
    ask("events:ListRules", async (options) => {
      const rules = await rulesOf(events, eventRulePrefix(clusterName), options);
      return await Promise.all(
        rules.map(async ({ Name = "", Arn }) => {
          const { Tags } = await events.send(new ListTagsForResourceCommand({ ResourceARN: Arn }), options);
          return { id: `rule/${Name}`, owner: ownerOf(Tags) };
        }),
      );
    }),
  ]);
  return both(ofQueues, ofRules, (some, others) => [...some, ...others]);
}

async function rulesOf(events: EventBridgeClient, NamePrefix: string, options: CallOptions): Promise<Rule[]> {
  const all: Rule[] = [];
  let NextToken: string | undefined;
  do {
    const page = await events.send(new ListRulesCommand({ NamePrefix, NextToken }), options);
    all.push(...(page.Rules ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return all;
}
