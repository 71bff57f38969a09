import { GetBucketTaggingCommand, paginateListBuckets, type Tag } from "@aws-sdk/client-s3";
import type { Fact } from "../../preflight/fact.ts";
import type { Bucket } from "../../preflight/facts.ts";
import { ask, collect, type CallOptions } from "./ask.ts";
import { isDenied, saidBy } from "./aws-error.ts";
import type { Clients } from "./clients.ts";
import { ownerOf } from "./owner.ts";

/**
 * Whether the mirror's bucket is there, and whose it is. S3 answers NoSuchBucket for one that is not there, whatever the
 * permissions; a denied answer therefore never means that it is free. Needs s3:GetBucketTagging and, to tell another
 * account's bucket from one of this account, s3:ListAllMyBuckets.
 */
export function bucket({ s3 }: Clients, name: string, principal: string): Promise<Fact<Bucket>> {
  return ask("s3:GetBucketTagging", async (options) => {
    const tags = await tagsOf(s3, name, options);
    if (tags === "no such bucket") return { is: "free" };
    if (Array.isArray(tags)) return { is: "ours", owner: ownerOf(tags) };
    const evidence = [`s3:GetBucketTagging on ${name} was denied to ${principal}`, saidBy(tags.denied)];
    const mine = await ask("s3:ListAllMyBuckets", async (inner) => {
      const pages = paginateListBuckets({ client: s3 }, { Prefix: name }, inner);
      return (await collect(pages, (page) => page.Buckets)).some(({ Name }) => Name === name);
    });
    if (!mine.known) return { is: "denied", evidence: [...evidence, mine.why] };
    return {
      is: "denied",
      listed: mine.value,
      evidence: [...evidence, `this account ${mine.value ? "has" : "has not"} a bucket of this name`],
    };
  });
}

async function tagsOf(
  s3: Clients["s3"],
  Bucket: string,
  options: CallOptions,
): Promise<Tag[] | "no such bucket" | { denied: unknown }> {
  try {
    return (await s3.send(new GetBucketTaggingCommand({ Bucket }), options)).TagSet ?? [];
  } catch (error) {
    const { name } = error as { name?: string };
    if (name === "NoSuchTagSet") return [];
    if (name === "NoSuchBucket") return "no such bucket";
    if (isDenied(error)) return { denied: error };
    throw error;
  }
}
