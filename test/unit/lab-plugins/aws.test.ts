import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readConfig } from "../../../lab/plugins/aws/context.ts";
import { retryOn, unlessGone } from "../../../lab/plugins/aws/errors.ts";
import { AwsProvider } from "../../../lab/plugins/aws/provider.ts";
import { functionOf, resourceOf } from "../../../lab/plugins/aws/registry.ts";
import { fullName, quoted } from "../../../lab/plugins/aws/route53-record.ts";
import { tagChanges, tagOutputs } from "../../../lab/plugins/aws/tags.ts";
import { silentLog } from "../../../lab/plugins/provider/engine.ts";
import type { Props } from "../../../lab/plugins/provider/values.ts";

const tags = fc.dictionary(fc.stringMatching(/^[a-c]$/), fc.stringMatching(/^[xy]$/));

describe("settings", () => {
  test("come as JSON strings and fall back to the environment", () => {
    const config = { s3UsePathStyle: "true", defaultTags: '{"tags":{"team":"a"}}', endpoints: '[{"s3":"http://x"}]' };
    expect(readConfig(config, { AWS_REGION: "eu-west-1" })).toEqual({
      region: "eu-west-1",
      s3UsePathStyle: true,
      endpoints: { s3: "http://x" },
      defaultTags: { team: "a" },
    });
  });

  test("of the provider win", () => {
    expect(readConfig({ region: "us-east-2" }, { AWS_REGION: "eu-west-1" }).region).toBe("us-east-2");
  });
});

describe("tags", () => {
  test("changes turn the tags before into those after", () => {
    fc.assert(
      fc.property(tags, tags, (before, after) => {
        const { set, remove } = tagChanges(before, after);
        const kept = Object.fromEntries(Object.entries(before).filter(([key]) => !remove.includes(key)));
        expect({ ...kept, ...set }).toEqual({ ...after });
      }),
    );
  });

  test("of the provider show only in tagsAll, unless the resource sets them too", () => {
    const onResource = { team: "a", name: "x" };
    expect(tagOutputs(onResource, { team: "a" }, { tags: { name: "x" } })).toEqual({
      tags: { name: "x" },
      tagsAll: onResource,
    });
    expect(tagOutputs(onResource, { team: "a" }, { tags: onResource }).tags).toEqual(onResource);
  });
});

test.each([
  ["api", "k8s.example.com.", "api.k8s.example.com"],
  ["api.k8s.example.com.", "k8s.example.com", "api.k8s.example.com"],
  ["", "k8s.example.com", "k8s.example.com"],
  ["K8S.example.com", "k8s.example.com", "k8s.example.com"],
  ["xk8s.example.com", "k8s.example.com", "xk8s.example.com.k8s.example.com"],
])("record %j in zone %j is %j", (name, zone, full) => expect(fullName(name, zone)).toBe(full));

test("only text is quoted, once", () => {
  expect([quoted("TXT", "a"), quoted("TXT", '"a"'), quoted("A", "1.2.3.4")]).toEqual(['"a"', '"a"', "1.2.3.4"]);
});

describe("the registry", () => {
  test("names a type or function that it does not have", async () => {
    expect(() => resourceOf("aws:rds/instance:Instance")).toThrow(/aws:rds\/instance:Instance.*aws:s3\/bucket:Bucket/);
    await expect(functionOf("aws:ec2/getAmi:getAmi")).rejects.toThrow(/aws:ec2\/getAmi:getAmi/);
  });
});

const call = (type: string, inputs: Props) => {
  const signal = new AbortController().signal;
  return { urn: "u", type, name: "Store", log: silentLog, signal, timeoutSeconds: 0, inputs };
};

describe("the provider", () => {
  const provider = new AwsProvider({ AWS_REGION: "us-east-1" });
  const bucket = "aws:s3/bucket:Bucket";

  test("names a bucket after its resource and keeps the name", async () => {
    const first = await provider.check({ ...call(bucket, {}), oldInputs: undefined });
    expect(first.inputs["bucket"]).toMatch(/^store-[0-9a-f]{7}$/);
    const second = await provider.check({ ...call(bucket, {}), oldInputs: first.inputs });
    expect(second.inputs).toEqual(first.inputs);
  });

  test("refuses properties that it does not know, and misses those that it needs", async () => {
    const unknown = await provider.check({ ...call(bucket, { acl: "private" }), oldInputs: undefined });
    expect(unknown.failures).toEqual([expect.objectContaining({ property: "acl" })]);
    const missing = await provider.check({ ...call("aws:ec2/vpc:Vpc", {}), oldInputs: undefined });
    expect(missing.failures).toEqual([{ property: "cidrBlock", reason: "cidrBlock is required" }]);
  });

  test("replaces a VPC for another range, and updates it for other tags or default tags", async () => {
    const type = "aws:ec2/vpc:Vpc";
    const oldInputs = { cidrBlock: "10.0.0.0/16", tags: { a: "1" } };
    const outputs = { ...oldInputs, tagsAll: { a: "1" } };
    await provider.check({ ...call(type, oldInputs), oldInputs: undefined });
    const diff = (inputs: Props) => provider.diff({ ...call(type, inputs), id: "vpc-1", oldInputs, outputs }).changes;
    expect(diff({ ...oldInputs, cidrBlock: "10.1.0.0/16" })).toEqual([
      { path: ["cidrBlock"], kind: "update", replace: true },
    ]);
    expect(diff({ ...oldInputs, tags: { a: "2" } })).toEqual([{ path: ["tags", "a"], kind: "update", replace: false }]);
    provider.configure({ region: "us-east-1", defaultTags: '{"tags":{"team":"a"}}' });
    expect(diff(oldInputs)).toEqual([{ path: ["tagsAll"], kind: "update", replace: false }]);
  });

  test("shows in a preview the tags that will be there", async () => {
    provider.configure({ region: "us-east-1", defaultTags: '{"tags":{"team":"a"}}' });
    const create = { ...call("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16", tags: { n: "x" } }), hasSecrets: false };
    const planned = await provider.create({ ...create, preview: true });
    expect(planned.outputs).toEqual({ cidrBlock: "10.0.0.0/16", tags: { n: "x" }, tagsAll: { n: "x", team: "a" } });
  });
});

describe("errors", () => {
  const named = (name: string): Error => Object.assign(new Error("no"), { name });
  const patience = { limitMs: 2000, signal: new AbortController().signal };

  test("that say that it is gone become undefined, others stay", async () => {
    await expect(unlessGone(["Gone"], () => Promise.reject(named("Gone")))).resolves.toBeUndefined();
    await expect(unlessGone(["Gone"], () => Promise.reject(named("Denied")))).rejects.toThrow("no");
  });

  test("that pass are retried, others are not", async () => {
    let tries = 0;
    const work = (): Promise<string> =>
      ++tries < 2 ? Promise.reject(named("DependencyViolation")) : Promise.resolve("done");
    await expect(retryOn(["DependencyViolation"], patience, work)).resolves.toBe("done");
    await expect(retryOn(["Other"], patience, () => Promise.reject(named("Denied")))).rejects.toThrow("no");
    expect(tries).toBe(2);
  });

  test("are given up on at the limit", async () => {
    const always = (): Promise<never> => Promise.reject(named("DependencyViolation"));
    await expect(retryOn(["DependencyViolation"], { ...patience, limitMs: 0 }, always)).rejects.toThrow("no");
  });
});
