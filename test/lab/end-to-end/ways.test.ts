import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { diffInventory, type Inventory } from "../../../lab/aws/inventory.ts";
import { Clone, smallMirror } from "./clone.ts";

jest.setTimeout(15 * 60_000);

const setting = (name: string): string => `kops-upgrade-rehearsal:${name}`;

/**
 * The ways to roll that are not the usual one, on one small mirror that is upgraded again and again. The order matters.
 */
describe("other ways to roll, and what stands in their way", () => {
  let clone: Clone;
  let before: Inventory;

  beforeAll(async () => {
    clone = await Clone.create("ways");
    await clone.configure(smallMirror);
    await clone.startLab();
    before = await clone.inventory();
  });
  afterAll(async () => {
    await clone.dispose();
  });

  const up = async (): Promise<void> => {
    const { exitCode, all } = await clone.up();
    expect({ exitCode, end: exitCode === 0 ? "" : all.slice(-3000) }).toEqual({ exitCode: 0, end: "" });
  };
  const nodesOf = async (): Promise<string[]> =>
    (await clone.run("kubectl", ["get", "nodes", "-o", "name"])).all.trim().split("\n");

  test("stopped in the middle and taken back first; then a node more while only the control plane is upgraded; validation flaps", async () => {
    await clone.configure({
      [setting("skewProbe")]: true,
      [setting("rehearseRevert")]: "midRoll",
      [setting("revertAfterNodes")]: 2,
    });
    const flaps = setInterval(() => {
      void clone.lab.fault("fail-ready", { target: "kube-system/coredns", forMs: 4000 });
    }, 13_000);
    await up().finally(() => clearInterval(flaps));
    await clone.lab.clearFault();

    const verdict = await clone.verdict();
    expect(verdict.revert).toMatchObject({ when: "midRoll", from: "1.35.0", to: "1.34.3", ok: true, nodes: 3 });
    expect(verdict.skewProbe).toMatchObject({ joined: true, kubeletVersion: "v1.34.3", apiServerVersion: "1.35.0" });
    expect(verdict.upgradeLanded).toMatchObject({ landed: true, pendingChanges: [] });
    expect(verdict.upgradeLanded.nodes).toHaveLength(3);
    expect(await nodesOf()).toHaveLength(3);
    expect(verdict.roll).toMatchObject({ ok: true, error: null });
    expect(verdict.upgrade.failed).toBe(0);
    expect((await clone.events()).some(({ kind }) => kind === "validation-failed")).toBe(true);
  });

  test("one update and one rolling update, as it used to be; a budget that allows nothing is got over; then all the way back", async () => {
    await clone.configure({
      [setting("targetVersion")]: "1.35.1",
      [setting("skewProbe")]: undefined,
      [setting("order")]: "legacy",
      [setting("onBlocked")]: "unblock",
      [setting("rehearseRevert")]: "after",
      [setting("intervals.drainTimeout")]: "40s",
      [setting("app.pdb")]: { minAvailable: 3 },
    });
    await up();

    const verdict = await clone.verdict();
    expect(verdict.roll).toMatchObject({ ok: true, error: null });
    expect(verdict.upgradeLanded.landed).toBe(true);
    const events = await clone.events();
    const unblocked = events.filter(({ kind }) => kind === "unblocked");
    expect(unblocked.length).toBeGreaterThan(0);
    expect(unblocked[0]?.message).toMatch(/^deleted pod rehearsal\/rehearsal-app-/);
    expect(events.filter(({ phase, kind }) => kind === "node-draining" && phase === "control-plane")).toEqual([]);
    // Production's roll would have halted.
    expect(verdict.verdict).toBe("UNSAFE");
    expect(await clone.artifact("runbook.md")).toContain("deleted pod");
    expect(verdict.revert).toMatchObject({ when: "after", from: "1.35.1", to: "1.35.0", ok: true });
    const versions = await clone.run("kubectl", [
      "get",
      "nodes",
      "-o",
      "jsonpath={.items[*].status.nodeInfo.kubeletVersion}",
    ]);
    expect(new Set(versions.all.split(" "))).toEqual(new Set(["v1.35.0"]));
  });

  test("no capacity: INCONCLUSIVE with AWS's reason, and what is there stays", async () => {
    await clone.configure({
      [setting("targetVersion")]: "1.35.2",
      [setting("order")]: undefined,
      [setting("onBlocked")]: undefined,
      [setting("rehearseRevert")]: undefined,
      [setting("app.pdb")]: { minAvailable: 2 },
    });
    const old = await nodesOf();
    const fault = clone.lab.fault("aws-capacity", { target: "nodes-us-east-1a" });
    await up();
    await clone.lab.clearFault((await fault).id);

    const verdict = await clone.verdict();
    expect(verdict.verdict).toBe("INCONCLUSIVE");
    expect(verdict.reasons.join("\n")).toMatch(/do not have sufficient m5\.xlarge capacity/);
    expect(verdict.upgradeLanded.landed).toBe(false);
    const failures = (await clone.events()).filter(({ kind }) => kind === "launch-failed");
    expect(failures.length).toBeGreaterThan(0);
    // The control plane was replaced; of the workers none was drained.
    expect((await nodesOf()).filter((node) => old.includes(node))).toHaveLength(2);
  });

  test("destroy leaves the AWS inventory as it was", async () => {
    expect((await clone.destroy()).exitCode).toBe(0);
    expect(diffInventory(before, await clone.inventory())).toEqual({ added: [], removed: [] });
  });
});
