import { afterAll, expect, jest, test } from "@jest/globals";
import { diffInventory } from "../../../lab/aws/inventory.ts";
import { Clone } from "./clone.ts";

jest.setTimeout(15 * 60_000);

const clones: Clone[] = [];
afterAll(async () => {
  for (const clone of clones) await clone.dispose();
});

test("two rehearsals in two clones at once do not meet", async () => {
  for (const name of ["left", "right"]) clones.push(await Clone.create(name));
  await Promise.all(
    clones.map(async (clone) => {
      await clone.configure({
        "kops-upgrade-rehearsal:load.rate": 50,
        "kops-upgrade-rehearsal:load.durationSeconds": 10,
        "kops-upgrade-rehearsal:nodes.zones": ["us-east-1a"],
        "kops-upgrade-rehearsal:nodes.count": 2,
      });
      await clone.startLab();
      const before = await clone.inventory();
      const up = await clone.up();
      expect(up.exitCode).toBe(0);
      const verdict = await clone.verdict();
      expect(verdict.upgradeLanded.landed).toBe(true);
      expect(verdict.upgradeLanded.nodes).toHaveLength(3);
      expect(verdict.upgrade.failed).toBe(0);
      expect((await clone.destroy()).exitCode).toBe(0);
      expect(diffInventory(before, await clone.inventory())).toEqual({ added: [], removed: [] });
    }),
  );
  const [left, right] = clones;
  if (left === undefined || right === undefined) throw new Error("two clones were made");
  const nodes = async (clone: Clone) => (await clone.verdict()).upgradeLanded.nodes.map((node) => node.name);
  const inLeft = await nodes(left);
  expect((await nodes(right)).filter((name) => inLeft.includes(name))).toEqual([]);
});
