import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { diffInventory, type Inventory } from "../../../lab/aws/inventory.ts";
import { Clone, smallMirror } from "./clone.ts";

jest.setTimeout(15 * 60_000);

const setting = (name: string): string => `kops-upgrade-rehearsal:${name}`;
const unchanged = { added: [], removed: [] };

/**
 * The ways to roll that are not the usual one, and what stands in their way, on one small mirror that is taken there and
 * back. The order matters.
 */
describe("other ways to roll, and what stands in their way", () => {
  let clone: Clone;
  let before: Inventory;

  beforeAll(async () => {
    clone = await Clone.create("ways");
    await clone.configure({
      ...smallMirror,
      [setting("nodes.count")]: 1,
      // kops looks again 30 s after a validation that fails: with instances that are there by then, the first one passes.
      [setting("intervals.controlPlane")]: "4s",
      [setting("intervals.node")]: "4s",
    });
    await clone.startLab({ bootMs: 500 });
    before = await clone.inventory();
  });
  afterAll(async () => {
    await clone.dispose();
  });

  const up = async (): Promise<void> => {
    const { exitCode, all } = await clone.up();
    expect({ exitCode, end: exitCode === 0 ? "" : all.slice(-3000) }).toEqual({ exitCode: 0, end: "" });
  };

  test("given up after a node and taken back; then all the way, with a node more while only the control plane is upgraded, and over a budget that allows nothing", async () => {
    await clone.configure({
      [setting("skewProbe")]: true,
      [setting("onBlocked")]: "unblock",
      [setting("rehearseRevert")]: "midRoll",
      [setting("revertAfterNodes")]: 1,
      [setting("intervals.drainTimeout")]: "40s",
      [setting("app.pdb")]: { minAvailable: 3 },
    });
    await up();

    const verdict = await clone.verdict();
    expect(verdict.revert).toMatchObject({ when: "midRoll", from: "1.35.0", to: "1.34.3", ok: true, error: null });
    const events = await clone.events();
    expect(events.some(({ message }) => message.startsWith("kops was stopped after node 1 of 2"))).toBe(true);
    expect(verdict.roll).toMatchObject({ ok: true, error: null });
    expect(verdict.upgradeLanded).toMatchObject({ landed: true, pendingChanges: [] });
    expect(await versions(clone)).toEqual(["v1.35.0", "v1.35.0"]);
    expect(verdict.skewProbe).toMatchObject({ joined: true, kubeletVersion: "v1.34.3", apiServerVersion: "1.35.0" });

    // Told while the drain waits, not afterwards; got over by the mildest remedy, before kops gave the drain up.
    const refused = events.filter(({ kind }) => kind === "eviction-refused");
    expect(new Set(refused.map(({ pod }) => pod)).size).toBe(3);
    const unblocked = events.filter(({ kind }) => kind === "unblocked");
    expect(unblocked.map(({ message }) => message.split(",")[0])).toEqual([
      expect.stringMatching(/^deleted pod rehearsal\/rehearsal-app-\S+$/),
    ]);
    expect(events.findIndex(({ kind }) => kind === "eviction-refused")).toBeLessThan(events.indexOf(unblocked[0]!));
    expect(events.filter(({ message }) => message.startsWith("Ignoring error draining"))).toEqual([]);
    // Production's roll would have halted.
    expect(verdict.verdict).toBe("UNSAFE");
    expect(await clone.artifact("runbook.md")).toContain("the rehearsal `deleted pod rehearsal/rehearsal-app-");
  });

  test("destroy leaves the AWS inventory as it was", async () => {
    expect((await clone.destroy()).exitCode).toBe(0);
    expect(diffInventory(before, await clone.inventory())).toEqual(unchanged);
  });
});

/** Kubelet versions of all nodes, sorted. */
async function versions(clone: Clone): Promise<string[]> {
  const path = "jsonpath={.items[*].status.nodeInfo.kubeletVersion}";
  return (await clone.run("kubectl", ["get", "nodes", "-o", path])).all.trim().split(" ").sort();
}
