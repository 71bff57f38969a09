import { expect, test } from "@jest/globals";
import type { ClusterLocation } from "../../../lab/control-plane/state-store.ts";
import { watchClusters } from "../../../lab/control-plane/watch.ts";
import { eventually } from "./eventually.ts";

const first: ClusterLocation = { bucket: "store", prefix: "a.example.com", caTag: "1" };

/** A state store that holds what `now` says, and what was done about it. */
function setUp(start: () => Promise<void> = () => Promise.resolve()) {
  const world = { now: undefined as ClusterLocation | undefined, broken: false, done: [] as string[] };
  const look = (): ClusterLocation | undefined => {
    if (world.broken) throw new Error("the store does not answer");
    return world.now;
  };
  const stores = {
    findCluster: () => Promise.resolve().then(look),
    isThere: ({ prefix, caTag }: ClusterLocation) =>
      Promise.resolve().then(() => look()?.prefix === prefix && look()?.caTag === caTag),
  };
  const watch = watchClusters(stores, {
    pollMs: 1,
    log: (message) => world.done.push(`log ${message}`),
    start: async ({ prefix, caTag }, signal) => {
      world.done.push(`start ${prefix} ${caTag}`);
      await start();
      signal.throwIfAborted();
      return {
        stop: () => {
          world.done.push(`stop ${prefix} ${caTag}`);
          return Promise.resolve();
        },
      };
    },
  });
  return { world, watch };
}

test("a cluster is served while its state is there", async () => {
  const { world, watch } = setUp();
  world.now = first;
  await eventually(() => expect(world.done).toEqual(["start a.example.com 1"]));
  world.now = undefined;
  await eventually(() =>
    expect(world.done.slice(1)).toEqual([expect.stringContaining("is gone"), "stop a.example.com 1"]),
  );
  await watch.stop();
});

test("a cluster made again under the same name is another one", async () => {
  const { world, watch } = setUp();
  world.now = first;
  await eventually(() => expect(world.done).toHaveLength(1));
  world.now = { ...first, caTag: "2" };
  await eventually(() => expect(world.done.slice(2)).toEqual(["stop a.example.com 1", "start a.example.com 2"]));
  await watch.stop();
  expect(world.done.at(-1)).toBe("stop a.example.com 2");
});

test("a store that does not answer stops nothing, and is told of once", async () => {
  const { world, watch } = setUp();
  world.now = first;
  await eventually(() => expect(world.done).toHaveLength(1));
  world.broken = true;
  await eventually(() => expect(world.done).toHaveLength(2));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(world.done.slice(1)).toEqual([expect.stringContaining("the store does not answer")]);
  await watch.stop();
});

test("a cluster that could not be started is tried again", async () => {
  let attempts = 0;
  const { world, watch } = setUp(() => (attempts++ === 0 ? Promise.reject(new Error("no port")) : Promise.resolve()));
  world.now = first;
  await eventually(() =>
    expect(world.done).toEqual(["start a.example.com 1", expect.stringContaining("no port"), "start a.example.com 1"]),
  );
  await watch.stop();
});

test("a cluster whose state goes before it is up is given up", async () => {
  let go = (): void => undefined;
  const { world, watch } = setUp(() => new Promise((resolve) => (go = resolve)));
  world.now = first;
  await eventually(() => expect(world.done).toHaveLength(1));
  world.now = undefined;
  await eventually(() => expect(world.done[1]).toMatch(/is gone/));
  go();
  await watch.stop();
  expect(world.done.filter((line) => line.startsWith("stop"))).toEqual([]);
});
