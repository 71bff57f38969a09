import path from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { stepDir } from "../../components/step.ts";
import { settingsOf } from "../../settings.ts";
import { record, valueOf } from "./recorder.ts";
import type { Recorder } from "./recorder.ts";

const root = path.resolve(import.meta.dirname, "../..");

describe("a program of another project", () => {
  let recorder: Recorder;
  let mayUpgrade: boolean;

  beforeAll(async () => {
    // Settings of this project's namespace must mean nothing to it.
    pulumi.runtime.setAllConfig({ "aws:region": "us-east-1", "kops-upgrade-rehearsal:clusterName": "not.example.com" });
    let program: Promise<{ mayUpgrade: pulumi.Output<boolean> }> | undefined;
    const recorded = await record(
      () => (program = import("../../examples/own-program/index.ts") as unknown as typeof program),
      { project: "platform" },
    );
    recorder = recorded.recorder;
    mayUpgrade = await valueOf((await program)!.mayUpgrade);
  });

  test("has the components work with plain values of its own", () => {
    expect(recorder.named("rehearsal-mirror").inputs).toMatchObject({ clusterName: "mirror.rehearsal.example.com" });
    expect(recorder.of("command:local:Command").map(({ name }) => name)).toEqual([
      "rehearsal-load-baseline",
      "rehearsal-mirror-apply",
      "rehearsal-mirror-kubeconfig",
      "rehearsal-mirror-own",
      "rehearsal-ownership-claim",
      "rehearsal-upgrade-upgrade",
      "rehearsal-verdict-verdict",
    ]);
    expect(JSON.stringify(recorder.registrations)).not.toContain("not.example.com");
    expect(mayUpgrade).toBe(true);
  });

  test("gets all that is wrong with its settings at once", async () => {
    await expect(settingsOf({ clusterName: "Bad Name", verbosity: 99 })).rejects.toThrow(/clusterName:[^]*verbosity:/);
  });
});

test("steps run in this project, wherever the program is", () => {
  expect(stepDir(root)).toBe(".");
  expect(stepDir(path.join(root, "examples/own-program"))).toBe(path.join("..", ".."));
  expect(stepDir(path.resolve(root, "../infra"))).toBe(path.join("..", path.basename(root)));
});
