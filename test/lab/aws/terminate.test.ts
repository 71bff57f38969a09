import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { CreateTagsCommand } from "@aws-sdk/client-ec2";
import type { Cluster } from "../../../rehearsal/cluster.ts";
import { terminateDetached } from "../../../rehearsal/detached.ts";
import type { BlockedNode } from "../../../rehearsal/unblock/remedies.ts";
import { unblocker } from "../../../rehearsal/unblock/unblocker.ts";
import { configOf } from "../../unit/rehearsal/config.fixture.ts";
import { unblocking } from "../../unit/rehearsal/unblock.fixture.ts";
import { startEmulator, type Emulator } from "./emulator.ts";
import { createGroup, createWorld, describe as look, groupInstances, present } from "./world.ts";

const variables = { AWS_ACCESS_KEY_ID: "tester", AWS_SECRET_ACCESS_KEY: "tester", AWS_ENDPOINT_URL: "" };
const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
const { clusterName } = configOf();
let emulator: Emulator;
let dir: string;
/** Two instances of the mirror, two of a cluster whose name begins as the mirror's, one that nobody has tagged. */
let ids: readonly string[];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "terminate-"));
  emulator = await startEmulator();
  Object.assign(process.env, variables, { AWS_ENDPOINT_URL: emulator.aws.endpoint });
  await createGroup(emulator.clients, await createWorld(emulator.clients, "terminate"), "nodes", 5);
  const instances = await groupInstances(emulator.clients, "nodes");
  ids = instances.map(({ InstanceId }) => present(InstanceId, "InstanceId"));
  const tag = async (Resources: readonly string[], Key: string, Value: string): Promise<void> => {
    await emulator.clients.ec2.send(new CreateTagsCommand({ Resources: [...Resources], Tags: [{ Key, Value }] }));
  };
  await tag(ids.slice(0, 2), "KubernetesCluster", clusterName);
  await tag(ids.slice(2, 4), "KubernetesCluster", `${clusterName}.org`);
  // One of each is what a roll has taken out of its group.
  await tag([ids[0]!, ids[2]!, ids[4]!], "kops.k8s.io/detached-from-asg", "");
});
afterAll(async () => {
  for (const [name, value] of Object.entries(before))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  await emulator.stop();
  await rm(dir, { recursive: true });
});

const running = async (): Promise<boolean[]> => {
  const found = await look(emulator.clients, [...ids]);
  return ids.map((id) => found.find(({ InstanceId }) => InstanceId === id)?.State?.Name === "running");
};

test("what a roll has left outside of its group is ended, of this mirror alone", async () => {
  expect(await terminateDetached({ clusterName, region: "us-east-1" })).toEqual([ids[0]]);
  expect(await running()).toEqual([false, true, true, true, true]);
});

test("an instance that holds up the roll is ended only if AWS says that it is the mirror's", async () => {
  const told: string[] = [];
  const context = unblocking(dir, told);
  const missing = (node: string): BlockedNode => ({ node, why: "missing", pods: [], message: "x", sinceMs: 0 });
  const help = unblocker(context, { nodesNow: () => Promise.resolve([]) } as unknown as Cluster, () =>
    [ids[3]!, ids[4]!, ids[1]!].map(missing),
  );
  for (let i = 0; i < 5; i++) await help.look(new AbortController().signal);
  expect(told.sort()).toEqual(
    [
      `terminated instance ${ids[3]}, because x; that failed: ${ids[3]} is not an instance of ${clusterName}`,
      `terminated instance ${ids[4]}, because x; that failed: ${ids[4]} is not an instance of ${clusterName}`,
      `terminated instance ${ids[1]}, because x`,
    ].sort(),
  );
  expect(await running()).toEqual([false, false, true, true, true]);
});
