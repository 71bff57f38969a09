import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { V1Node } from "@kubernetes/client-node";
import { Run } from "../../../rehearsal/run.ts";
import type { NodeGroups } from "../../../rehearsal/skew-probe-group.ts";
import { besideProbe, endSkewProbe, probeSkew } from "../../../rehearsal/skew-probe.ts";
import { configOf } from "./config.fixture.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "skew-"));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

const asItWas = { name: "nodes", min: 1, max: 2, desired: 2, instances: ["i-1", "i-2"] };

/** A group whose instances are nodes at once, and a process that is killed before its nth call that changes something. */
function world() {
  const group = structuredClone(asItWas);
  const nodes = new Set(["i-cp", ...group.instances]);
  let launched = 0;
  let left = Infinity;
  const change = (): void => {
    if (left-- <= 0) throw new Error("killed");
  };
  const groups: NodeGroups = {
    find: () => Promise.resolve(structuredClone(group)),
    get: () => Promise.resolve(structuredClone(group)),
    resize: async (_name, size) => {
      await Promise.resolve();
      change();
      Object.assign(group, size);
      while (group.instances.length < group.desired) {
        const id = `i-new-${launched++}`;
        group.instances.push(id);
        nodes.add(id);
      }
      expect(group.instances).toHaveLength(group.desired);
      expect(group.desired).toBeLessThanOrEqual(group.max);
    },
    terminate: async (instance) => {
      await Promise.resolve();
      change();
      expect(group.instances).toContain(instance);
      group.instances = group.instances.filter((id) => id !== instance);
      group.desired--;
    },
    close: () => undefined,
  };
  const node = (name: string): V1Node => ({
    metadata: { name, labels: name === "i-cp" ? { "node-role.kubernetes.io/control-plane": "" } : {} },
    spec: { providerID: `aws:///us-east-1a/${name}` },
    status: { conditions: [{ type: "Ready", status: "True" }], nodeInfo: { kubeletVersion: "v1.34.3" } } as never,
  });
  const cordoned: string[] = [];
  const cluster = {
    nodes: () => Promise.resolve([...nodes].map(node)),
    cordon: async (name: string) => {
      await Promise.resolve();
      change();
      cordoned.push(name);
    },
    deleteNode: async (name: string) => {
      await Promise.resolve();
      change();
      nodes.delete(name);
    },
  };
  return { group, nodes, groups, cluster, cordoned, kill: (after: number) => (left = after) };
}

const context = () => ({ config: configOf(), run: new Run("run", dir), log: { emit: () => undefined } as never });

/** How many changes of the world a whole probe makes. */
const changes = 5;

test.each(Array.from({ length: changes + 1 }, (_, after) => after))(
  "killed before its change %i, the probe goes on: one node is added, and the group is as it was in the end",
  async (after) => {
    const { group, nodes, groups, cluster, cordoned, kill } = world();
    kill(after);
    const first = probeSkew(context(), cluster, groups);
    if (after < changes) await expect(first).rejects.toThrow("killed");
    else await first;
    expect(existsSync(join(dir, "skew-probe.json"))).toBe(after >= changes);
    kill(Infinity);
    await probeSkew(context(), cluster, groups);
    await probeSkew(context(), cluster, groups);
    expect(group).toEqual(asItWas);
    expect([...nodes]).toEqual(["i-cp", "i-1", "i-2"]);
    expect([...new Set(cordoned)]).toEqual(["i-new-0"]);
    const kept = JSON.parse(await readFile(join(dir, "skew-probe.json"), "utf8")) as object;
    expect(kept).toMatchObject({
      joined: true,
      node: "i-new-0",
      kubeletVersion: "v1.34.3",
      apiServerVersion: "1.35.0",
    });
  },
);

test.each(Array.from({ length: changes }, (_, after) => after))(
  "killed before its change %i, and the way back is gone instead: nothing of the probe is left",
  async (after) => {
    const { group, nodes, groups, cluster, kill } = world();
    kill(after);
    await expect(probeSkew(context(), cluster, groups)).rejects.toThrow("killed");
    kill(Infinity);
    await endSkewProbe(context(), cluster, groups);
    expect(group).toEqual(asItWas);
    expect([...nodes]).toEqual(["i-cp", "i-1", "i-2"]);
    expect(existsSync(join(dir, "skew-probe-begun.json"))).toBe(false);
  },
);

test("a full disk is told as what it is: no permission is to blame", async () => {
  const { groups, cluster } = world();
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  const find = (): Promise<never> => Promise.reject(full);
  await expect(probeSkew(context(), cluster, { ...groups, find })).rejects.toBe(full);
});

test("while a probe is under way its node is told from those that a stopped roll has left cordoned", async () => {
  const { groups, cluster, nodes, kill } = world();
  const others = [...nodes];
  const { run } = context();
  expect(await besideProbe(run)).toBeUndefined();
  // Its node has joined and is cordoned, and is not taken away yet.
  kill(2);
  await expect(probeSkew(context(), cluster, groups)).rejects.toThrow();
  expect(await besideProbe(run)).toEqual(others);
  kill(Infinity);
  await probeSkew(context(), cluster, groups);
  expect(await besideProbe(run)).toBeUndefined();
});
