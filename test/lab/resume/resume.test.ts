import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { RehearsalEvent } from "../../../analysis/events.ts";
import { random } from "../../../analysis/random.ts";
import { diffInventory, type Inventory } from "../../../lab/aws/inventory.ts";
import type { JournalRecord } from "../../../rehearsal/journal.ts";
import { loadResultSchema } from "../../../rehearsal/load/result.ts";
import { Clone, smallMirror } from "../end-to-end/clone.ts";
import { detached, groupsOf, type Group } from "../end-to-end/groups.ts";
import { Killer, type Stroke } from "./killer.ts";
import { mayMount, SmallDisk } from "./small-disk.ts";

jest.setTimeout(60 * 60_000);

/** One rehearsal of a small mirror that is killed again and again, at moments drawn from a seed, and goes on each time. */
describe("a rehearsal that is killed goes on where it was", () => {
  // The same moments each time, so that a red run is not a matter of luck; other seeds by the variable.
  const seed = Number(process.env["REHEARSAL_SEED"] ?? 314123045);
  const draw = random(seed);
  const within = (ms: number): number => draw() * ms;
  let clone: Clone;
  let killer: Killer;
  let before: Inventory;
  let owner: string;
  let groups: readonly Group[];
  let kept: readonly string[];
  const mountable = mayMount();
  let disk: SmallDisk | undefined;

  const strike = async (strokes: readonly Stroke[]): Promise<string[]> => {
    const printed: string[] = [];
    for (const stroke of strokes) printed.push(await killer.strike(stroke));
    return printed;
  };
  const ownerFile = (): Promise<string> => readFile(join(clone.dir, ".rehearsal/local/cluster.json"), "utf8");

  beforeAll(async () => {
    process.stderr.write(`kills: REHEARSAL_SEED=${seed}\n`);
    clone = await Clone.create("resume");
    await clone.configure({
      ...smallMirror,
      "kops-upgrade-rehearsal:nodes.count": 1,
      // kops looks again 30 s after a validation that fails: with instances that are there by then, the first one passes.
      "kops-upgrade-rehearsal:intervals.controlPlane": "4s",
      "kops-upgrade-rehearsal:intervals.node": "4s",
      // How long pods hold up a drain that do not stop when they are told.
      "kops-upgrade-rehearsal:app.terminationGraceSeconds": 30,
      "kops-upgrade-rehearsal:skewProbe": true,
      "kops-upgrade-rehearsal:rehearseRevert": "after",
    });
    await clone.startLab({ bootMs: 500 });
    before = await clone.inventory();
    if (mountable) disk = new SmallDisk(join(clone.dir, ".rehearsal"), 64);
    killer = new Killer(clone, disk);
  });
  afterAll(async () => {
    process.stderr.write(`${killer.hits.map((hit) => `  ${hit}\n`).join("")}`);
    if (process.env["KEEP_CLONES"] === undefined) disk?.unmount();
    await clone.dispose();
  });

  test("killed before anything is created: nothing was", async () => {
    // It is quick: while AWS cannot be reached no blow can come after it.
    const lost = await clone.lab.fault("aws-lost");
    await strike([
      { step: "preflight", blow: "all", afterMs: 300 + within(300), by: "up" },
      { step: "preflight", blow: "step", afterMs: within(600) },
    ]);
    await clone.lab.clearFault(lost.id);
    expect(count(await killer.journal("preflight"), "finished", "preflight")).toBe(0);
    expect(diffInventory(before, await clone.inventory())).toEqual({ added: [], removed: [] });
  });

  test("killed while it is created: one cluster comes of it", async () => {
    await strike([{ step: "own", blow: "all", afterMs: within(300), by: "up" }]);
    // Pulumi itself says what clears the lock that a killed CLI leaves; `Killer` has done it here.
    owner = await ownerFile();
    await strike([
      { step: "apply", blow: "step", afterMs: within(3000), by: "up" },
      { step: "apply", blow: "kops", afterMs: within(3000) },
      { step: "apply", blow: "step", afterMs: within(5000) },
      { step: "apply", blow: "pulumi", afterMs: within(5000), by: "up" },
      { step: "kubeconfig", blow: "step", afterMs: within(150), by: "up" },
    ]);
    expect(await ownerFile()).toBe(owner);
  });

  test("killed in the baseline: it is measured anew, what was cut off is discarded and its time told", async () => {
    await strike([
      { step: "baseline", blow: "all", afterMs: 2500 + within(5000), by: "up" },
      { step: "baseline", blow: "step", afterMs: within(6000) },
      { step: "baseline", blow: "ctrl-c", afterMs: within(6000) },
      { step: "baseline", blow: "step", afterMs: 1500 },
    ]);
    const events = await clone.events();
    expect(events.some(({ message }) => /^the baseline was interrupted: .* discarded/.test(message))).toBe(true);
    expect(count(await killer.journal("latest"), "finished", "baseline")).toBe(0);
  });

  test("killed in the roll of the control plane, kops alone too: it goes on with what is not rolled yet", async () => {
    // Before kops has begun with it, on a quick machine too.
    await strike([{ step: "upgrade", blow: "all", afterMs: within(2000), once: underLoad, by: "up" }]);
    kept = await artifactsOf(clone);
    groups = await groupsOf(clone);
    // The only control plane stays cordoned: pods of kube-system that were drained from it can run nowhere else. Its drain
    // takes as long as they have to stop, so that no blow can come after it.
    const slow = await clone.lab.fault("ignore-sigterm", { target: "kube-system/" });
    await strike([{ step: "upgrade", blow: "kops", once: "node-cordoned", afterMs: within(300) }]);
    await clone.lab.clearFault(slow.id);
    expect(await artifactsOf(clone)).toEqual(kept);
  });

  (mountable ? test : test.skip)(
    "a disk that is full in the roll ends it with what to do; what was there can be read, and it goes on",
    async () => {
      const [printed] = await strike([{ step: "upgrade", blow: "disk", afterMs: 0, once: "node-draining" }]);
      expect(printed).toMatch(/error: ENOSPC: no space left on device/);
      expect(printed).toMatch(/Next: make room where the project is/);
      expect(await artifactsOf(clone)).toEqual(kept);
      expect((await clone.events()).at(-1)).toMatchObject({ phase: "control-plane" });
      const records = await killer.journal("latest");
      expect(count(records, "finished", "baseline")).toBe(1);
      expect(count(records, "finished", "upgrade")).toBe(0);
    },
  );

  test("killed while a node is added to the half-upgraded cluster: one is, and it leaves again", async () => {
    await strike([
      { step: "upgrade", blow: "all", afterMs: within(500), once: told(/^one node is added to/) },
      { step: "upgrade", blow: "step", afterMs: 0, once: told(/^skew probe: node .* joined/) },
    ]);
    expect((await clone.events()).filter((event) => told(/^skew probe: /)([event]))).toHaveLength(1);
  });

  test("killed in the roll of the workers; credentials and network gone for a while: it goes on", async () => {
    // The drain of the only worker does not end meanwhile, so that no blow can come after it.
    const slow = await clone.lab.fault("ignore-sigterm", { target: "rehearsal/rehearsal-app" });
    const [, expired = ""] = await strike([
      { step: "upgrade", blow: "kops", afterMs: within(4000) },
      { step: "upgrade", blow: "credentials", afterMs: 3000 + within(8000) },
      { step: "upgrade", blow: "step", afterMs: within(12_000) },
      { step: "upgrade", blow: "network", afterMs: 3000 + within(8000) },
      { step: "upgrade", blow: "ctrl-c twice", afterMs: within(10_000) },
      { step: "upgrade", blow: "step", afterMs: 2000 },
      { step: "upgrade", blow: "kops", once: "node-cordoned", afterMs: within(300) },
      { step: "upgrade", blow: "ctrl-c", afterMs: within(10_000), by: "up" },
      { step: "upgrade", blow: "pulumi", afterMs: within(10_000), by: "up" },
    ]);
    await clone.lab.clearFault(slow.id);
    expect(expired).toMatch(/(no valid AWS credentials|credentials expired)[^]*`pulumi up` goes on from there/);
    expect(await artifactsOf(clone)).toEqual(kept);
    expect(count(await killer.journal("latest"), "finished", "upgrade")).toBe(0);
  });

  test("killed on the way back, kops alone too: it goes on with what is not rolled back yet", async () => {
    await strike([
      { step: "revert", blow: "all", afterMs: 3000 + within(10_000), by: "up" },
      { step: "revert", blow: "kops", afterMs: within(4000) },
      { step: "revert", blow: "step", afterMs: within(2000), once: "node-draining" },
    ]);
    const records = await killer.journal("latest");
    expect(count(records, "finished", "upgrade")).toBe(1);
    expect(count(records, "finished", "revert")).toBe(0);
    // What was measured of the upgrade stays.
    const { landed } = JSON.parse(await clone.artifact("landed.json")) as { landed: boolean };
    expect(landed).toBe(true);
  });

  test("killed in the verdict; in the end all nodes are upgraded once and back, and it says that it was not watched throughout", async () => {
    await strike([
      { step: "verdict", blow: "step", afterMs: within(1500), by: "up" },
      { step: "verdict", blow: "all", afterMs: within(1500) },
    ]);
    const up = await clone.pulumi(["up", "--yes", "--skip-preview", "--stack", "local"]);
    expect({ exitCode: up.exitCode, end: up.exitCode === 0 ? "" : up.all.slice(-3000) }).toEqual({
      exitCode: 0,
      end: "",
    });

    const records = await killer.journal("latest");
    expect(count(records, "finished", "baseline")).toBe(1);
    expect(count(records, "finished", "upgrade")).toBe(1);
    expect(count(records, "finished", "revert")).toBe(1);
    expect(await ownerFile()).toBe(owner);
    const load = loadResultSchema.parse(JSON.parse(await clone.artifact("upgrade.json")));
    expect(load).toMatchObject({ complete: false, exitClass: "finished" });
    expect(load.segments).toBeGreaterThan(2);
    const events = await clone.events();
    expect(events.some(({ message }) => /^node i-[0-9a-f]+ had been left cordoned/.test(message))).toBe(true);
    const verdict = await clone.verdict();
    const roll = JSON.parse(await clone.artifact("roll.json")) as { ok: boolean; error?: string };
    expect({ ok: roll.ok, error: roll.error }).toEqual({ ok: true });
    expect(verdict.upgradeLanded).toMatchObject({ landed: true, pendingChanges: [] });
    expect(verdict.upgradeLanded.nodes).toHaveLength(2);
    expect(["INCONCLUSIVE", "UNSAFE"]).toContain(verdict.verdict);
    // No pod was let onto the node that leaves without a drain.
    const added = events.filter(({ node }) => node === verdict.skewProbe?.node);
    expect(added).not.toEqual([]);
    expect(added.filter(({ message }) => message.includes("uncordon"))).toEqual([]);
    expect(verdict.skewProbe).toMatchObject({ joined: true, kubeletVersion: "v1.34.3", apiServerVersion: "1.35.0" });
    expect(verdict.revert).toMatchObject({
      when: "after",
      from: "1.35.0",
      to: "1.34.3",
      ok: true,
      error: null,
      nodes: 2,
    });
    expect(["INCONCLUSIVE", "UNSAFE"]).toContain(verdict.revert?.verdict);
    const back = loadResultSchema.parse(JSON.parse(await clone.artifact("rolls/revert/upgrade.json")));
    expect(back).toMatchObject({ complete: false, exitClass: "finished" });
    expect(back.segments).toBeGreaterThan(1);

    // As before the upgrade: no node more, none left over from a roll.
    const nodes = ["get", "nodes", "--output=jsonpath={.items[*].status.nodeInfo.kubeletVersion}"];
    expect(await clone.run("kubectl", nodes)).toEqual({ exitCode: 0, all: "v1.34.3 v1.34.3" });
    expect(await groupsOf(clone)).toEqual(groups);
    expect(await detached(clone)).toEqual([]);
    expect(killer.survivors()).toEqual([]);
  });

  test("the command line reads the run", async () => {
    const rehearsal = (...args: string[]): ReturnType<Clone["run"]> =>
      clone.run("node", ["bin/rehearsal.mjs", ...args, "--stack", "local"]);
    const verdict = await clone.verdict();
    const list = JSON.parse((await rehearsal("runs", "-o", "json")).all) as unknown;
    expect(list).toEqual([{ run: verdict.run, state: verdict.verdict }]);
    expect((await rehearsal("gate", "latest", "--accept", "SAFE")).exitCode).toBe(
      verdict.verdict === "UNSAFE" ? 11 : 12,
    );
    expect((await rehearsal("gate", verdict.run, "--accept", verdict.verdict)).exitCode).toBe(0);
    expect((await rehearsal("gate", "20200101T000000Z-1.1.1-1.1.2")).exitCode).toBe(2);

    const target = "kops-upgrade-rehearsal:targetVersion";
    const replicas = "kops-upgrade-rehearsal:app.replicas";
    await clone.configure({
      [target]: "1.35.2",
      "kops-upgrade-rehearsal:nodes.size": "m5.2xlarge",
      [replicas]: 5,
    });
    const stale = await rehearsal("gate", "latest", "--accept", verdict.verdict);
    expect(stale.exitCode).toBe(13);
    expect(stale.all).toMatch(/1\.35\.0 was rehearsed; the settings' targetVersion is 1\.35\.2/);
    expect(stale.all).toMatch(/spec\.machineType: "m5\.xlarge" -> "m5\.2xlarge"/);
    expect(stale.all).toContain("the app that was measured is another one than the settings describe");
    await clone.configure({ [target]: "1.35.0", "kops-upgrade-rehearsal:nodes.size": "m5.xlarge", [replicas]: 3 });
    const again = JSON.parse((await rehearsal("report", "latest", "-o", "json")).all) as Record<string, unknown>;
    expect({ ...again, createdAt: verdict.createdAt }).toEqual(verdict);
    expect((await rehearsal("compare", "latest", verdict.run)).all).toContain(verdict.toVersion);
  });

  test("killed while it is destroyed: the next destroy leaves the AWS inventory as it was", async () => {
    await strike([
      { step: "delete", blow: "step", afterMs: within(500), by: "destroy" },
      { step: "delete", blow: "all", afterMs: within(500), by: "destroy" },
    ]);
    const destroy = await clone.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "local"]);
    expect({ exitCode: destroy.exitCode, end: destroy.exitCode === 0 ? "" : destroy.all.slice(-3000) }).toEqual({
      exitCode: 0,
      end: "",
    });
    expect(diffInventory(before, await clone.inventory())).toEqual({ added: [], removed: [] });
    expect((await killer.journal("latest")).at(-1)).toMatchObject({ type: "closed" });
    // Four more were tried: a quick machine is through with the shortest steps before the blow.
    expect(killer.hits.length).toBeGreaterThanOrEqual(mountable ? 29 : 28);
  });
});

/** The upgrade has begun to send load. */
function underLoad(events: readonly RehearsalEvent[]): boolean {
  const began = events.findLastIndex(
    ({ kind, message }) => kind === "step-started" && /^upgrade under load/.test(message),
  );
  return began >= 0 && events.slice(began).some(({ kind }) => kind === "load-started");
}

function count(records: readonly JournalRecord[], type: string, step: string): number {
  return records.filter((record) => record.type === type && "step" in record && record.step === step).length;
}

const told =
  (what: RegExp) =>
  (events: readonly RehearsalEvent[]): boolean =>
    events.some(({ message }) => what.test(message));

/** What the baseline has left, which nothing that comes later may change. */
async function artifactsOf(clone: Clone): Promise<string[]> {
  const names = ["baseline.json", "baseline.samples", "tools.json"];
  return await Promise.all(names.map((name) => clone.artifact(name)));
}
