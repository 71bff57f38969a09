import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { RehearsalEvent } from "../../../analysis/events.ts";
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
    await clone.configure({ ...smallMirror, [setting("nodes.count")]: 1 });
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

  test("a node more while only the control plane is upgraded; validation flaps; a budget that allows nothing is got over; then all the way back", async () => {
    await clone.configure({
      [setting("skewProbe")]: true,
      [setting("onBlocked")]: "unblock",
      [setting("rehearseRevert")]: "after",
      [setting("intervals.drainTimeout")]: "40s",
      [setting("app.pdb")]: { minAvailable: 3 },
    });
    const flap = until(clone, ({ phase }) => phase === "control-plane").then(async () => {
      const { id } = await clone.lab.fault("fail-ready", { target: "kube-system/coredns" });
      await until(clone, ({ kind }) => kind === "validation-failed");
      await clone.lab.clearFault(id);
    });
    await Promise.all([up(), flap]);

    const verdict = await clone.verdict();
    expect(verdict.roll).toMatchObject({ ok: true, error: null });
    expect(verdict.upgradeLanded).toMatchObject({ landed: true, pendingChanges: [] });
    expect(verdict.upgradeLanded.nodes).toHaveLength(2);
    expect(verdict.skewProbe).toMatchObject({ joined: true, kubeletVersion: "v1.34.3", apiServerVersion: "1.35.0" });
    const unblocked = (await clone.events()).filter(({ kind }) => kind === "unblocked");
    expect(unblocked.map(({ message }) => message).join("\n")).toMatch(/^deleted pod rehearsal\/rehearsal-app-/m);
    // Production's roll would have halted.
    expect(verdict.verdict).toBe("UNSAFE");
    expect(await clone.artifact("runbook.md")).toContain("deleted pod");
    expect(verdict.revert).toMatchObject({ when: "after", from: "1.35.0", to: "1.34.3", ok: true, nodes: 2 });
    expect(await versions(clone)).toEqual(["v1.34.3", "v1.34.3"]);
  });

  test("one update and one rolling update, as it used to be; no capacity: INCONCLUSIVE with AWS's reason, no worker is touched", async () => {
    await clone.configure({
      [setting("skewProbe")]: undefined,
      [setting("order")]: "legacy",
      [setting("onBlocked")]: undefined,
      [setting("rehearseRevert")]: undefined,
      [setting("app.pdb")]: { minAvailable: 2 },
    });
    await clone.lab.fault("aws-capacity", { target: "nodes-us-east-1a" });
    await up();
    await clone.lab.clearFault();

    const verdict = await clone.verdict();
    expect(verdict.verdict).toBe("INCONCLUSIVE");
    expect(verdict.reasons.join("\n")).toMatch(/do not have sufficient m5\.xlarge capacity/);
    expect(verdict.upgradeLanded.landed).toBe(false);
    expect(await versions(clone)).toEqual(["v1.34.3", "v1.35.0"]);
    const events = await clone.events();
    expect(events.some(({ kind }) => kind === "launch-failed")).toBe(true);
    expect(events.filter(({ kind }) => kind === "node-draining")).toHaveLength(1);
    expect(events.some(({ phase }) => phase === "control-plane")).toBe(false);
  });

  test("destroy leaves the AWS inventory as it was", async () => {
    expect((await clone.destroy()).exitCode).toBe(0);
    expect(diffInventory(before, await clone.inventory())).toEqual({ added: [], removed: [] });
  });
});

/** Kubelet versions of all nodes, sorted. */
async function versions(clone: Clone): Promise<string[]> {
  const path = "jsonpath={.items[*].status.nodeInfo.kubeletVersion}";
  return (await clone.run("kubectl", ["get", "nodes", "-o", path])).all.trim().split(" ").sort();
}

/** Resolves at the first event of the run of that kind. */
async function until(clone: Clone, matches: (event: RehearsalEvent) => boolean): Promise<void> {
  const end = Date.now() + 6 * 60_000;
  while (Date.now() < end) {
    if ((await clone.events().catch(() => [])).some(matches)) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error("the event did not come within 6 minutes");
}
