import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { parseEvents, type RehearsalEvent } from "../../../analysis/events.ts";
import { diffInventory, type Inventory } from "../../../lab/aws/inventory.ts";
import { Runs } from "../../../rehearsal/run.ts";
import { plain } from "../../../report/runbook/markdown.ts";
import { Clone, smallMirror, type Outcome } from "./clone.ts";
import { processesOf } from "./processes-of.ts";

jest.setTimeout(60 * 60_000);

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

  test("given up after a node and taken back; then all the way, with a node more while only the control plane is upgraded, and over a budget that allows nothing and pods that do not stop", async () => {
    await clone.lab.fault("ignore-sigterm", { target: "rehearsal/rehearsal-app" });
    await clone.configure({
      [setting("skewProbe")]: true,
      [setting("onBlocked")]: "unblock",
      [setting("rehearseRevert")]: "midRoll",
      [setting("revertAfterNodes")]: 1,
      // All remedies come in the first half of it; a busy machine takes its time over each.
      [setting("intervals.drainTimeout")]: "80s",
      [setting("app.pdb")]: { minAvailable: 3 },
      [setting("app.terminationGraceSeconds")]: 120,
    });
    await up();
    await clone.lab.clearFault();

    const verdict = await clone.verdict();
    expect(verdict.revert).toMatchObject({ when: "midRoll", from: "1.35.0", to: "1.34.3", ok: true, error: null });
    const events = await clone.events();
    expect(events.some(({ message }) => message.startsWith("kops was stopped after node 1 of 2"))).toBe(true);
    expect(verdict.roll).toMatchObject({ ok: true, error: null });
    expect(verdict.upgradeLanded).toMatchObject({ landed: true, pendingChanges: [] });
    expect(await versions(clone)).toEqual(["v1.35.0", "v1.35.0"]);
    expect(verdict.skewProbe).toMatchObject({ joined: true, kubeletVersion: "v1.34.3", apiServerVersion: "1.35.0" });

    // Told while the drain waits, not afterwards; got over by one remedy after the other, before kops gave the drain up.
    const refused = events.filter(({ kind }) => kind === "eviction-refused");
    expect(new Set(refused.map(({ pod }) => pod)).size).toBe(3);
    const unblocked = events.filter(({ kind }) => kind === "unblocked");
    const node = refused[0]?.node ?? "";
    expect(unblocked.map(({ message }) => message.replace(/, because .*/, ""))).toEqual([
      expect.stringMatching(new RegExp(`^deleted pod (rehearsal/rehearsal-app-\\S+,? ){3}on node ${node}$`)),
      `drained node ${node} by kubectl drain --ignore-daemonsets --delete-emptydir-data --force`,
      `terminated instance ${node}`,
    ]);
    expect(events.findIndex(({ kind }) => kind === "eviction-refused")).toBeLessThan(events.indexOf(unblocked[0]!));
    expect(events.filter(({ message }) => message.startsWith("Ignoring error draining"))).toEqual([]);
    // Production's roll would have halted.
    expect(verdict.verdict).toBe("UNSAFE");
    const runbook = await clone.artifact("runbook.md");
    for (const { message } of unblocked) expect(runbook).toContain(`- The rehearsal ${plain(message)}`);
  });

  test("once more with nothing changed: refused before anything is measured, as there is nothing left to upgrade", async () => {
    const journal = await clone.artifact("journal.ndjson");
    await clone.configure({ [setting("attempt")]: 2 });
    const refused = await clone.up();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.all).toMatch(/is at 1\.35\.0 already: run \S+ upgraded it[^]*`npx rehearsal revert` takes it back/);
    expect(await clone.artifact("journal.ndjson")).toBe(journal);
  });

  test("back again by command, though its load generator dies and validation flaps: it ends well and proves nothing", async () => {
    // This time the budget allows something: only the load is to blame.
    const budget = ["patch", "poddisruptionbudget", "rehearsal-app", "--namespace=rehearsal", "--type=merge"];
    const patched = await clone.run("kubectl", [...budget, '--patch={"spec":{"minAvailable":2}}']);
    expect(patched).toMatchObject({ exitCode: 0 });
    const from = (await clone.artifact("events.ndjson")).length;
    const revert = clone.run("node", ["bin/rehearsal.mjs", "revert", "--stack", "local"], 20 * 60_000);
    await until(clone, from, revert, ({ kind }) => kind === "node-draining");
    const k6 = processesOf(clone, /\/k6$/);
    expect(k6).toHaveLength(1);
    for (const pid of k6) process.kill(pid, "SIGKILL");
    // Not before: pods of kube-system that are not ready for a minute are deleted here, as the run says `unblock`.
    await until(clone, from, revert, ({ kind }) => kind === "instance-terminating");
    const { id } = await clone.lab.fault("fail-ready", { target: "kube-system/coredns" });
    await until(clone, from, revert, ({ kind }) => kind === "validation-failed");
    await clone.lab.clearFault(id);
    const back = await revert;
    expect(back).toMatchObject({ exitCode: 0 });

    const result = JSON.parse(await clone.artifact("revert.json")) as Record<string, unknown>;
    expect(result).toMatchObject({ when: "asked", to: "1.34.3", ok: true, error: null, failed: 0, nodes: 2 });
    const { verdict, reasons } = result;
    expect({ verdict, reasons }).toMatchObject({
      verdict: "INCONCLUSIVE",
      reasons: expect.arrayContaining([expect.stringMatching(/load generator failed during the upgrade/)]) as unknown,
    });
    expect(await versions(clone)).toEqual(["v1.34.3", "v1.34.3"]);
    expect((await since(clone, from)).filter(({ kind }) => kind === "validation-failed").length).toBeGreaterThan(0);
    expect(processesOf(clone, /\/(kops|k6)$/)).toEqual([]);
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

    const [staged = "", legacy = ""] = await new Runs(join(clone.dir, ".rehearsal/local")).list();
    const compared = await clone.run("node", ["bin/rehearsal.mjs", "compare", staged, legacy, "--stack", "local"]);
    expect(compared).toMatchObject({ exitCode: 0 });
    expect(compared.all).toMatch(/^\* verdict +UNSAFE +INCONCLUSIVE$/m);
    expect(compared.all).toMatch(/^\* order +staged +legacy$/m);
  });

  test("production's name as the mirror's is refused at preview, up, revert and destroy, and nothing is touched", async () => {
    const there = await clone.inventory();
    const name = "mirror.k8s.example.com";
    await clone.configure({ [setting("production.clusterName")]: name });
    for (const args of [["preview"], ["up", "--yes", "--skip-preview"]]) {
      const refused = await clone.pulumi(args);
      expect(refused.exitCode).not.toBe(0);
      expect(refused.all).toMatch(new RegExp(`clusterName[^]*${name}[^]*production`));
    }
    await clone.configure({ [setting("production.clusterName")]: "production.example.com" });
    const config = JSON.parse(await clone.artifact("config.json")) as object;
    const production = { clusterName: name, networkCidrs: [] };
    await writeFile(join(clone.dir, "as-production.json"), JSON.stringify({ ...config, production }));
    for (const step of ["revert", "delete"]) {
      const refused = await clone.run("bash", ["-c", `exec node bin/rehearsal.mjs step ${step} < as-production.json`]);
      expect(refused).toMatchObject({ exitCode: 2, all: expect.stringMatching(/Refused to .* production/) as unknown });
    }
    expect(diffInventory(there, await clone.inventory())).toEqual(unchanged);
    expect(await versions(clone)).toEqual(["v1.34.3", "v1.35.0"]);
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

/** Events of the run from this place of the file on. */
async function since(clone: Clone, offset: number): Promise<RehearsalEvent[]> {
  return parseEvents((await clone.artifact("events.ndjson")).slice(offset));
}

/** Resolves at the first such event of the run; rejects when what should make it has ended before. */
async function until(
  clone: Clone,
  offset: number,
  running: Promise<Outcome>,
  matches: (event: RehearsalEvent) => boolean,
): Promise<void> {
  let over = false;
  const ended = running.then(({ all }) => {
    over = true;
    throw new Error(`it ended before the event came:\n${all.slice(-2000)}`);
  });
  const seen = async (): Promise<void> => {
    while (!over && !(await since(clone, offset)).some(matches)) await delay(250);
  };
  await Promise.race([seen(), ended]);
}
