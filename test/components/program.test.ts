import { beforeAll, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { LoadTest } from "../../components/load-test.ts";
import { upgradePlan } from "../../components/plan.ts";
import { RollingUpgrade } from "../../components/rolling-upgrade.ts";
import { runConfig } from "../../components/step-config.ts";
import { parseVerdictResult, Verdict } from "../../components/verdict.ts";
import { rehearsalConfigSchema } from "../../rehearsal/config.ts";
import { kubeconfigText, record, stdinOf, valueOf, verdictLine } from "./recorder.ts";
import type { Recorder } from "./recorder.ts";
import { exampleSettings } from "./settings.ts";
import { required } from "../unit/settings/example.ts";

const resolved = { stateStore: "s3://example-store", networkId: "vpc-1", targetUrl: "http://lb/hostname" };

function run(changes: Record<string, unknown> = {}) {
  const settings = exampleSettings(changes);
  return record(() => {
    const config = pulumi.output(runConfig(settings, resolved));
    const baseline = new LoadTest("load-test", { config, load: settings.load });
    const upgrade = new RollingUpgrade(
      "rolling-upgrade",
      { config, plan: upgradePlan(settings), rollTimeoutMinutes: settings.rollTimeoutMinutes },
      { dependsOn: [baseline] },
    );
    return new Verdict("verdict", { config, objectives: settings.objectives }, { dependsOn: [upgrade] });
  });
}

const commands = ["load-test-baseline", "rolling-upgrade-upgrade", "verdict-verdict"];

describe("baseline, upgrade, verdict", () => {
  test("are three commands that are neither deleted nor triggered by anything", async () => {
    const { recorder } = await run();
    expect(recorder.of("command:local:Command").map(({ name }) => name)).toEqual(commands);
    for (const { inputs } of recorder.of("command:local:Command")) {
      expect(inputs["delete"]).toBeUndefined();
      expect(inputs["triggers"]).toBeUndefined();
      expect(inputs["dir"]).toBe(".");
    }
  });

  test("are given the same, which the steps accept", async () => {
    const { recorder } = await run();
    const [first, ...others] = commands.map((name) => recorder.named(name).inputs["stdin"]);
    expect(others).toEqual([first, first]);
    expect(rehearsalConfigSchema.parse(stdinOf(recorder.named("load-test-baseline")))).toMatchObject({
      fromVersion: "1.34.3",
      toVersion: "1.35.0",
      targetUrl: "http://lb/hostname",
      productionNodes: 50,
      production: { clusterName: required.production.clusterName },
    });
  });

  test("run again in place when the target version changes", async () => {
    const [before, after] = [await run(), await run({ targetVersion: "1.34.5" })];
    for (const name of commands) {
      expect(after.recorder.named(name).inputs["create"]).toBe(before.recorder.named(name).inputs["create"]);
      expect(after.recorder.named(name).inputs["stdin"]).not.toBe(before.recorder.named(name).inputs["stdin"]);
    }
  });

  test("the preview shows versions, groups, intervals and how long it takes at least", async () => {
    const { recorder } = await run({ intervals: { node: "10m" } });
    expect(recorder.named("rolling-upgrade").inputs).toMatchObject({
      fromVersion: "1.34.3",
      toVersion: "1.35.0",
      instanceGroups: [
        "control-plane-us-east-1a: 1 x m5.large",
        "nodes-us-east-1a: 1 x m5.xlarge",
        "nodes-us-east-1b: 1 x m5.xlarge",
      ],
      intervals: { node: "10m" },
      productionMinutesAtLeast: 500,
    });
  });
});

describe("verdict", () => {
  test("what the step printed becomes outputs", async () => {
    const { result } = await run();
    expect(await valueOf(result.verdict)).toBe("SAFE");
    expect(await valueOf(result.schedule)).toMatchObject({ minutes: 500 });
    expect(await valueOf(result.reportPath)).toBe("r1/report.html");
  });

  test("lines before it do not matter, something else is an error", () => {
    expect(parseVerdictResult(`warning\n${verdictLine}\n`).verdict).toBe("SAFE");
    expect(() => parseVerdictResult("oops")).toThrow("printed no verdict but: oops");
  });
});

describe("the whole program", () => {
  let recorder: Recorder;
  beforeAll(async () => {
    const entries = Object.entries({ ...required, "aws:region": "us-east-1" }).map(([key, value]) => [
      key.includes(":") ? key : `kops-upgrade-rehearsal:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    pulumi.runtime.setAllConfig(Object.fromEntries(entries) as Record<string, string>);
    let program: Promise<Record<string, pulumi.Output<unknown>>> | undefined;
    const recorded = await record(() => {
      program = import("../../index.ts") as unknown as typeof program;
      return program;
    });
    recorder = recorded.recorder;
    const outputs = await recorded.result;
    await valueOf(outputs?.["verdict"] ?? pulumi.output(""));
  });

  test("consists of eight components on the top", () => {
    const top = recorder.registrations.filter(({ parent, type }) => parent === "" && type.includes(":components:"));
    expect(top.map(({ name }) => name).sort()).toEqual([
      "app",
      "load-test",
      "mirror",
      "ownership",
      "preflight",
      "prerequisites",
      "rolling-upgrade",
      "verdict",
    ]);
  });

  test("eight commands; the one that deletes has no triggers; none has a secret in line, environment or input", () => {
    const all = recorder.of("command:local:Command");
    expect(all).toHaveLength(8);
    expect(all.filter(({ inputs }) => inputs["delete"] !== undefined && inputs["triggers"] !== undefined)).toEqual([]);
    expect(all.filter(({ inputs }) => JSON.stringify(inputs).includes(kubeconfigText))).toEqual([]);
  });

  test("nothing that costs money is created before preflight has looked, which knows no output but the owner", () => {
    expect(recorder.named("preflight-checks").dependsOn).toEqual(["ownership-claim"]);
    for (const name of ["state-store-bucket", "network-vpc", "dns-zone"])
      expect(recorder.named(`prerequisites-${name}`).dependsOn).toContain("preflight-checks");
  });

  test("the load waits for the app, the upgrade for the baseline, the verdict for the upgrade", () => {
    expect(recorder.named("load-test-baseline").dependsOn).toEqual(
      expect.arrayContaining(["app-service", "mirror-kubeconfig"]),
    );
    expect(recorder.named("rolling-upgrade-upgrade").dependsOn).toContain("load-test-baseline");
    expect(recorder.named("verdict-verdict").dependsOn).toContain("rolling-upgrade-upgrade");
    expect(recorder.named("mirror-own").dependsOn).toEqual(
      expect.arrayContaining([
        "prerequisites-state-store-tls-only",
        "prerequisites-network-gateway",
        "prerequisites-dns-zone",
      ]),
    );
  });
});
