import {
  DeleteRuleCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  RemoveTargetsCommand,
  type Rule,
} from "@aws-sdk/client-eventbridge";
import { DeleteQueueCommand, ListQueueTagsCommand, paginateListQueues } from "@aws-sdk/client-sqs";
import type { Found } from "../../../ownership/found.ts";
import type { Clients } from "../clients.ts";
import { tagsOf } from "../../tag-list.ts";
import { each, unlessGone, type Service } from "../service.ts";

async function rules({ events: client }: Clients): Promise<Found[]> {
  const all: Rule[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListRulesCommand({ NextToken }));
    all.push(...(page.Rules ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return await each(all, async ({ Name = "", Arn }) => {
    const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceARN: Arn }));
    return { kind: "event-rule", id: Name, name: Name, tags: tagsOf(Tags) };
  });
}

async function queues({ queues: client }: Clients): Promise<Found[]> {
  const urls: string[] = [];
  for await (const { QueueUrls = [] } of paginateListQueues({ client }, {})) urls.push(...QueueUrls);
  return await each(urls, async (QueueUrl) => {
    const { Tags = {} } = await client.send(new ListQueueTagsCommand({ QueueUrl }));
    return { kind: "queue", id: QueueUrl, name: QueueUrl.split("/").at(-1) ?? QueueUrl, tags: Tags };
  });
}

/** The queue of the node termination handler and the rules that fill it. */
export const messages: Service = {
  find: async (clients) => [...(await rules(clients)), ...(await queues(clients))],
  remove: {
    "event-rule": ({ events: client }, { id }) =>
      unlessGone(async () => {
        const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule: id }));
        const Ids = Targets.flatMap(({ Id }) => Id ?? []);
        if (Ids.length > 0) await client.send(new RemoveTargetsCommand({ Rule: id, Ids }));
        await client.send(new DeleteRuleCommand({ Name: id }));
      }),
    queue: ({ queues: client }, { id }) => unlessGone(() => client.send(new DeleteQueueCommand({ QueueUrl: id }))),
  },
};
