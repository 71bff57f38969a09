import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
  type BucketLocationConstraint,
  type S3Client,
} from "@aws-sdk/client-s3";
import { randomBytes } from "node:crypto";
import type { CheckCall } from "../provider/provider.ts";
import { stringAt, type Props } from "../provider/values.ts";
import { unlessGone } from "./errors.ts";
import type { AwsResource, Call } from "./resource.ts";
import { allTags, tagList, tagMap, tagOutputs, type Tags } from "./tags.ts";

const gone = ["NoSuchBucket", "NotFound"];

/** A bucket must have a name; without one it gets the resource's with a random end, and keeps it. */
function named(call: CheckCall): Props {
  const { inputs, oldInputs, name } = call;
  if (inputs["bucket"] !== undefined) return inputs;
  const prefix = stringAt(inputs, ["bucketPrefix"]) ?? `${name.toLowerCase()}-`;
  const before = stringAt(oldInputs, ["bucket"]);
  const bucket =
    before?.startsWith(prefix) === true ? before : `${prefix}${randomBytes(4).toString("hex").slice(0, 7)}`;
  return { ...inputs, bucket };
}

async function putTags(client: S3Client, bucket: string, tags: Tags): Promise<void> {
  if (Object.keys(tags).length === 0) {
    await client.send(new DeleteBucketTaggingCommand({ Bucket: bucket }));
  } else {
    await client.send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet: tagList(tags) } }));
  }
}

/** Deletes every version of every object, up to 1,000 a call. */
async function empty(client: S3Client, bucket: string, call: Call): Promise<void> {
  for (let deleted = 0; ;) {
    call.signal.throwIfAborted();
    const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, MaxKeys: 1000 }));
    const objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
      Key,
      VersionId,
    }));
    if (objects.length === 0) return;
    const result = await client.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }),
    );
    const [failed] = result.Errors ?? [];
    if (failed !== undefined) {
      throw new Error(`object ${failed.Key} of bucket ${bucket} cannot be deleted: ${failed.Code}: ${failed.Message}`);
    }
    deleted += objects.length;
    call.log.status(`${deleted} object versions deleted from ${bucket}`);
  }
}

/** `aws:s3/bucket:Bucket`. Its id is its name. */
export const bucket: AwsResource = {
  inputs: ["bucket", "bucketPrefix", "forceDestroy", "tags", "region"],
  replaceOn: [["bucket"], ["bucketPrefix"], ["region"]],
  tagged: true,
  normalize: named,

  async create(call, inputs) {
    const region = call.aws.region(inputs);
    const client = await call.aws.s3(region);
    const name = stringAt(inputs, ["bucket"]) ?? "";
    // us-east-1 is the one region that must not be named.
    const location = region === "us-east-1" ? {} : { LocationConstraint: region as BucketLocationConstraint };
    await client.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: location }));
    return name;
  },

  async complete(call, id, inputs) {
    const tags = allTags(call.aws.config.defaultTags, inputs);
    if (Object.keys(tags).length > 0) await putTags(await call.aws.s3(call.aws.region(inputs)), id, tags);
  },

  async read(call, id, recorded) {
    const region = call.aws.region(recorded);
    const client = await call.aws.s3(region);
    const head = await unlessGone(gone, () => client.send(new HeadBucketCommand({ Bucket: id })));
    if (head === undefined) return undefined;
    const tagging = await unlessGone(["NoSuchTagSet"], () => client.send(new GetBucketTaggingCommand({ Bucket: id })));
    return {
      bucket: id,
      arn: `arn:aws:s3:::${id}`,
      bucketDomainName: `${id}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${id}.s3.${region}.amazonaws.com`,
      bucketRegion: region,
      region,
      forceDestroy: recorded["forceDestroy"] ?? false,
      ...tagOutputs(tagMap(tagging?.TagSet), call.aws.config.defaultTags, recorded),
    };
  },

  async update(call, id, inputs) {
    await putTags(await call.aws.s3(call.aws.region(inputs)), id, allTags(call.aws.config.defaultTags, inputs));
  },

  async delete(call, id, recorded) {
    const client = await call.aws.s3(call.aws.region(recorded));
    await unlessGone(gone, async () => {
      if (recorded["forceDestroy"] === true) await empty(client, id, call);
      await client.send(new DeleteBucketCommand({ Bucket: id }));
    });
  },
};
