import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { nodesBefore } from "../../../rehearsal/nodes-before.ts";
import { newRollFolder } from "../../../rehearsal/roll-folder.ts";
import { Run } from "../../../rehearsal/run.ts";

test("a roll that goes on counts no node that is about to go; one that begins anew counts anew", async () => {
  const dir = await mkdtemp(join(tmpdir(), "nodes-"));
  try {
    const run = new Run("r", dir);
    const cluster = (nodes: number) => ({ nodes: () => Promise.resolve(Array<object>(nodes).fill({})) });
    const folder = await newRollFolder(run, "revert");
    expect(await nodesBefore(folder, cluster(2))).toBe(2);
    expect(await nodesBefore(folder, cluster(3))).toBe(2);
    expect(await nodesBefore(await newRollFolder(run, "revert"), cluster(3))).toBe(3);
  } finally {
    await rm(dir, { recursive: true });
  }
});
