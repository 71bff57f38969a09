import { describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { MirrorCluster } from "../../components/mirror-cluster.ts";
import { rehearsalConfigSchema } from "../../rehearsal/config.ts";
import { kubeconfigText, record, stdinOf, valueOf } from "./recorder.ts";
import { exampleSettings } from "./settings.ts";

const create = (changes: Record<string, unknown> = {}) =>
  record(
    () =>
      new MirrorCluster("mirror", {
        settings: exampleSettings(changes),
        stateStore: pulumi.output("s3://example-store"),
        networkId: pulumi.output("vpc-1"),
      }),
  );

const steps = ["mirror-own", "mirror-apply", "mirror-kubeconfig"];
const stdins = async (changes: Record<string, unknown>) => {
  const { recorder } = await create(changes);
  return steps.map((name) => recorder.named(name).inputs["stdin"]);
};

test("three commands, one after the other", async () => {
  const { recorder } = await create();
  const commands = recorder.of("command:local:Command");
  expect(commands.map(({ name, parent }) => `${parent}/${name}`).sort()).toEqual(
    steps.map((name) => `mirror/${name}`).sort(),
  );
  expect(commands.map(({ inputs }) => inputs["create"]).sort()).toEqual([
    "exec node bin/rehearsal.mjs step apply",
    "exec node bin/rehearsal.mjs step kubeconfig",
    "exec node bin/rehearsal.mjs step own",
  ]);
  expect(recorder.named("mirror-apply").dependsOn).toEqual(["mirror-own"]);
  expect(recorder.named("mirror-kubeconfig").dependsOn).toEqual(["mirror-apply", "mirror-own"]);
});

test("what deletes the cluster has no triggers; a change of identity deletes the old cluster first", async () => {
  const { recorder } = await create();
  const deleting = recorder.of("command:local:Command").filter(({ inputs }) => inputs["delete"] !== undefined);
  expect(deleting.map(({ name }) => name)).toEqual(["mirror-own"]);
  const own = recorder.named("mirror-own");
  expect(own.inputs["triggers"]).toBeUndefined();
  expect(own.inputs["delete"]).toBe("exec node bin/rehearsal.mjs step delete");
  expect(own.deleteBeforeReplace).toBe(true);
  expect(own.replaceOnChanges).toEqual(expect.arrayContaining(["stdin", "environment.REHEARSAL_NETWORK_ID"]));
});

test("what production is goes along with the deletion, and a change of it does not replace the cluster", async () => {
  const { recorder } = await create({ production: { clusterName: "p.example.com", nodes: 3, networkId: "vpc-0f" } });
  const { inputs, replaceOnChanges } = recorder.named("mirror-own");
  const environment = inputs["environment"] as Record<string, string>;
  expect(environment["REHEARSAL_NETWORK_ID"]).toBe("vpc-1");
  expect(JSON.parse(environment["REHEARSAL_PRODUCTION"] ?? "")).toEqual({
    clusterName: "p.example.com",
    networkId: "vpc-0f",
    networkCidrs: [],
  });
  expect(replaceOnChanges.filter((path) => "environment.REHEARSAL_PRODUCTION".startsWith(path))).toEqual([]);
});

test("without a network kops makes one, and which one that is changes nothing of the cluster's identity", async () => {
  const { recorder } = await record(
    () =>
      new MirrorCluster("mirror", {
        settings: exampleSettings({ dns: { mode: "none" } }),
        stateStore: "s3://example-store",
        networkId: pulumi.output<string | undefined>(undefined),
      }),
  );
  expect(recorder.named("mirror-own").inputs["environment"]).toMatchObject({ REHEARSAL_NETWORK_ID: "" });
  const { manifests } = rehearsalConfigSchema.parse(stdinOf(recorder.named("mirror-apply")));
  expect(manifests[0]?.["spec"]).toMatchObject({ networkCIDR: "172.20.0.0/16" });
  expect(manifests[0]?.["spec"]).not.toHaveProperty("networkID");
});

describe("standard input", () => {
  test("is a configuration that the steps accept", async () => {
    const { recorder } = await create({ dns: { mode: "none" } });
    for (const name of steps) expect(rehearsalConfigSchema.parse(stdinOf(recorder.named(name)))).toBeDefined();
    expect(stdinOf(recorder.named("mirror-apply"))).toMatchObject({
      clusterName: "mirror.k8s.example.com",
      stateStore: "s3://example-store",
      fromVersion: "1.34.3",
      targetUrl: "",
      manifests: [{ kind: "Cluster", spec: { networkID: "vpc-1", kubernetesVersion: "1.34.3" } }, {}, {}, {}],
    });
  });

  test.each([
    { targetVersion: "1.34.5" },
    { load: { rate: 7 } },
    { intervals: { node: "1h", controlPlane: "2h" } },
    { objectives: { maxOutageMs: 5 } },
    { verbosity: 9 },
    { production: { clusterName: "other.example.com", nodes: 3 } },
  ])("%j leaves the cluster alone", async (changes) => {
    expect(await stdins(changes)).toEqual(await stdins({}));
  });

  test("a larger cluster is applied, and is still the same cluster", async () => {
    const [before, after] = [
      await stdins({}),
      await stdins({ nodes: { size: "m5.xlarge", zones: ["us-east-1a"], count: 9 } }),
    ];
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  test("another name is another cluster", async () => {
    expect((await stdins({ clusterName: "b.k8s.example.com" }))[0]).not.toBe((await stdins({}))[0]);
  });
});

test("the kubeconfig is a secret, in its command and as output, and is not logged", async () => {
  const { recorder, result } = await create();
  expect(recorder.named("mirror-kubeconfig").secretOutputs).toContain("stdout");
  expect(recorder.of("command:local:Command").map(({ inputs }) => inputs["logging"])).toEqual(Array(3).fill("stderr"));
  expect(recorder.of("command:local:Command").map(({ inputs }) => inputs["addPreviousOutputInEnv"])).toEqual(
    Array(3).fill(false),
  );
  expect(await pulumi.isSecret(result.kubeconfig)).toBe(true);
  expect(await valueOf(result.kubeconfig)).toBe(kubeconfigText);
});
