import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  ListObjectVersionsCommand,
  paginateListBuckets,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { Found } from "../../../ownership/found.ts";
import { tagsOf } from "../../tag-list.ts";
import { each, unlessGone, type Service } from "../service.ts";

/** A page of versions is 1,000: enough of them for a hundred thousand, and an end to what goes on being filled. */
const pages = 100;

async function tagsOfBucket(client: S3Client, Bucket: string): Promise<Found["tags"]> {
  try {
    return tagsOf((await client.send(new GetBucketTaggingCommand({ Bucket }))).TagSet);
  } catch (error) {
    const { name = "", $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
    // A bucket that we may not even look at is not ours to delete.
    if (name === "NoSuchTagSet" || name === "NoSuchBucket" || $metadata?.httpStatusCode === 403) return {};
    throw error;
  }
}

async function empty(client: S3Client, Bucket: string): Promise<void> {
  for (let page = 0; page < pages; page++) {
    const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return;
    const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    const [error] = Errors;
    if (error !== undefined) throw new Error(`${error.Key} of ${Bucket}: ${error.Code}: ${error.Message}`);
  }
  throw new Error(`${Bucket} goes on being filled: ${pages * 1000} versions were deleted, and there are more`);
}

/** Buckets with all that is in them. */
export const s3: Service = {
  find: async ({ s3: client }) => {
    const names: string[] = [];
    for await (const { Buckets = [] } of paginateListBuckets({ client }, {}))
      names.push(...Buckets.flatMap(({ Name }) => Name ?? []));
    return await each(names, async (id) => ({ kind: "bucket", id, name: id, tags: await tagsOfBucket(client, id) }));
  },
  remove: {
    bucket: ({ s3: client }, { id }) =>
      unlessGone(async () => {
        await empty(client, id);
        await client.send(new DeleteBucketCommand({ Bucket: id }));
      }),
  },
};
