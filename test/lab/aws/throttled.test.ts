import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clusterVersion } from "../../../rehearsal/cluster-version.ts";
import { Kops, kubeconfigPath } from "../../../rehearsal/kops.ts";
import { readStateStore } from "../../../rehearsal/production/state-store.ts";
import { Runs } from "../../../rehearsal/run.ts";
import { findTools } from "../../../tools/index.ts";
import { configOf } from "../../unit/rehearsal/config.fixture.ts";
import { startEmulator, type Emulator } from "./emulator.ts";

let emulator: Emulator;
let dir: string;
let kops: Kops;
const env = { ...process.env };

beforeAll(async () => {
  emulator = await startEmulator();
  dir = await mkdtemp(join(tmpdir(), "throttled-"));
  const { binDir } = await findTools({ only: ["kops"] });
  Object.assign(process.env, emulator.aws.env, { PATH: `${binDir}:${process.env["PATH"]}` });
  const runs = new Runs(dir);
  kops = new Kops(configOf({ stateStore: "s3://kops-state" }), await runs.cluster(), kubeconfigPath(runs));
  await emulator.clients.s3.send(new CreateBucketCommand({ Bucket: "kops-state" }));
});
afterAll(async () => {
  process.env = env;
  await emulator.stop();
  await rm(dir, { recursive: true, force: true });
});

test("a throttled state store is never one without the cluster; S3's own answer is", async () => {
  const production = () => readStateStore("s3://kops-state/prod.example.com", {});
  expect(await clusterVersion(kops)).toBeUndefined();
  await expect(production()).rejects.toThrow("There is no cluster prod.example.com");
  const before = (await emulator.requests()).length;
  emulator.faults.add("aws-throttle", { target: "s3:*" });
  await emulator.aws.faultsApplied();
  await Promise.all([
    expect(clusterVersion(kops)).rejects.toMatchObject({ name: "KopsError", code: "throttled" }),
    expect(production()).rejects.toThrow(/could not be read\.\n {2}S3 answered: SlowDown \(503\)/),
  ]);
  const calls = (await emulator.requests()).slice(before);
  expect(calls.length).toBeGreaterThan(6);
  expect(calls.filter(({ status }) => status !== 503)).toEqual([]);
});
