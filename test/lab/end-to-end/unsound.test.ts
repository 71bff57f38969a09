import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { RehearsalEvent } from "../../../analysis/events.ts";
import { diffInventory, type Inventory } from "../../../lab/aws/inventory.ts";
import { loadResultSchema } from "../../../rehearsal/load/result.ts";
import { Killer } from "../resume/killer.ts";
import { Clone, smallMirror } from "./clone.ts";
import { detached } from "./groups.ts";

jest.setTimeout(60 * 60_000);

/** One lab and one mirror cluster, upgraded again and again, mostly with an app that cannot bear it. The order matters. */
describe("an app that does not bear the upgrade", () => {
  let clone: Clone;
  let before: Inventory;

  beforeAll(async () => {
    clone = await Clone.create("unsound");
    await clone.startLab({ bootMs: 500 });
    before = await clone.inventory();
    await clone.configure({
      ...smallMirror,
      // kops looks again 30 s after a validation that fails: with instances that are there by then, the first one passes.
      "kops-upgrade-rehearsal:intervals.controlPlane": "4s",
      "kops-upgrade-rehearsal:intervals.node": "4s",
      "kops-upgrade-rehearsal:app.replicas": 1,
      "kops-upgrade-rehearsal:app.preStopSeconds": 0,
      "kops-upgrade-rehearsal:app.pdb": "none",
    });
  });

  afterAll(async () => {
    await clone.dispose();
  });

  test("a wrong setting ends a whole rehearsal before anything is started", async () => {
    const wrong = "kops-upgrade-rehearsal:intervalls";
    await clone.configure({ [wrong]: "4s" });
    const rehearse = await clone.run("node", ["--import", "tsx", "lab/cli.ts", "rehearse", "--dir", ".lab/other"]);
    await clone.configure({ [wrong]: undefined });
    expect(rehearse.exitCode).toBe(2);
    expect(rehearse.all).toMatch(/error: 1 setting is wrong in stack local; nothing was created\.\n +1\. intervalls: /);
    expect(rehearse.all).not.toContain("starting");
  });

  test("preview starts nothing and says what would be done", async () => {
    const preview = await clone.pulumi(["preview", "--diff"]);
    expect(preview.all).toContain("1.34.3");
    expect(preview.all).toContain("1.35.0");
    expect(preview.all).toMatch(/perHour\s*: "\d+\.\d\d USD an hour"/);
    expect(preview.all).toContain("unmeasured until a rehearsal has run");
    expect(preview.exitCode).toBe(0);
    expect(diffInventory(before, await clone.inventory())).toEqual({ added: [], removed: [] });
  });

  test("one replica without a budget gives UNSAFE with its outage measured; one update and one rolling update land", async () => {
    await clone.configure({
      "kops-upgrade-rehearsal:order": "legacy",
      "kops-upgrade-rehearsal:intervals.search.maxRolls": 3,
    });
    // It stops at once and its successor takes a while: a hole to be seen.
    const slow = await clone.lab.fault("slow-ready", { target: "rehearsal/rehearsal-app", value: 2000 });
    const up = await clone.up();
    await clone.lab.clearFault(slow.id);
    expect({ exitCode: up.exitCode, end: up.exitCode === 0 ? "" : up.all.slice(-4000) }).toEqual({
      exitCode: 0,
      end: "",
    });

    const verdict = await clone.verdict();
    expect(verdict.verdict).toBe("UNSAFE");
    expect(verdict.fromVersion).toBe("1.34.3");
    expect(verdict.toVersion).toBe("1.35.0");
    expect(verdict.upgrade.failed).toBeGreaterThan(0);
    expect(verdict.outages.length).toBeGreaterThan(0);
    expect(Math.max(...verdict.outages.map((outage) => outage.durationMs))).toBeGreaterThan(1000);
    expect(verdict.outages.every((outage) => outage.phase === "nodes")).toBe(true);
    const drained = (await clone.events()).filter((event) => event.kind === "node-draining");
    expect(drained.map((event) => event.node)).toContain(verdict.outages[0]?.node);
    expect(verdict.upgradeLanded).toMatchObject({ landed: true, pendingChanges: [] });
    // A search for gentler intervals sees that none helps, and makes no further roll.
    expect(verdict.search).toMatchObject({ ended: "no interval can help", attempts: [{ verdict: "UNSAFE" }] });
    expect(verdict.search?.remedies.join("\n")).toMatch(/one replica/);
    const commands = (await clone.artifact("commands.txt")).split("\n");
    expect(commands.filter((line) => /^kops update cluster .*--yes.*--v=2$/.test(line))).toHaveLength(1);
    expect(commands.filter((line) => /^kops rolling-update cluster .*--yes/.test(line))).toHaveLength(1);
  });

  test("kops, kubectl and pulumi work as their users know them", async () => {
    expect((await clone.run("kops", ["get", "all"])).all).toContain("control-plane-us-east-1a");
    const nodes = await clone.run("kubectl", ["get", "nodes", "--no-headers"]);
    expect(nodes.all.trim().split("\n")).toHaveLength(3);
    const address = clone.lab.env["REHEARSAL_API_SERVER"] ?? "";
    const validate = await clone.run("kops", ["validate", "cluster", "--api-server", address]);
    expect(validate.all).toContain("is ready");
    const outputs = JSON.parse((await clone.pulumi(["stack", "output", "--json"])).all) as Record<string, unknown>;
    expect(outputs["verdict"]).toBe("UNSAFE");
    expect(outputs["kubeconfig"]).toBe("[secret]");
  });

  test("running it again with nothing changed does nothing", async () => {
    const journal = await clone.artifact("journal.ndjson");
    const again = await clone.up();
    expect(again.exitCode).toBe(0);
    expect(again.all).toMatch(/\d+ unchanged/);
    expect(again.all).not.toMatch(/\d+ (created|updated|replaced|deleted)/);
    expect(await clone.artifact("journal.ndjson")).toBe(journal);
  });

  test("a roll that was disturbed is made again, more gently; killed in the middle it is made anew, and is recommended", async () => {
    await clone.configure({
      "kops-upgrade-rehearsal:order": undefined,
      "kops-upgrade-rehearsal:targetVersion": "1.35.1",
      "kops-upgrade-rehearsal:app.replicas": 3,
      "kops-upgrade-rehearsal:app.preStopSeconds": 5,
      "kops-upgrade-rehearsal:app.pdb": { minAvailable: 2 },
      "kops-upgrade-rehearsal:intervals.search": {
        intervals: ["4s"],
        postDrainDelays: ["1s", "2s"],
        maxSurges: [],
        maxRolls: 3,
      },
    });
    const began = new Date().toISOString();
    const draining = ({ kind, phase, time }: RehearsalEvent): boolean =>
      kind === "node-draining" && phase === "nodes" && time > began;
    const secondRoll = (events: readonly RehearsalEvent[]): RehearsalEvent[] =>
      events.slice(events.findIndex(({ message }) => message.startsWith("roll 2 of at most 3: ")) + 1 || Infinity);
    let struck = false;
    const disturb = async (): Promise<void> => {
      while (!struck && !(await clone.events()).some(draining)) await delay(100);
      await clone.lab.fault("lb-reset", { forMs: 3000 });
    };
    const killer = new Killer(clone);
    const kill = killer
      .strike({
        step: "upgrade",
        blow: "all",
        afterMs: 500,
        once: (events) => secondRoll(events).some(draining),
        by: "up",
      })
      .finally(() => (struck = true));
    await Promise.all([kill, disturb()]);
    expect(killer.hits).toHaveLength(1);
    expect(killer.survivors()).toEqual([]);
    const { attempts, ended } = JSON.parse(await clone.artifact("search.json")) as Record<string, unknown>;
    expect({ attempts, ended }).toMatchObject({ attempts: [{ verdict: "UNSAFE", folder: "" }], ended: null });

    const up = await clone.up();
    expect({ exitCode: up.exitCode, end: up.exitCode === 0 ? "" : up.all.slice(-4000) }).toEqual({
      exitCode: 0,
      end: "",
    });
    const again = secondRoll(await clone.events()).filter(({ message }) =>
      message.startsWith("the roll was interrupted"),
    );
    expect(again.map(({ message }) => message)).toEqual([
      expect.stringMatching(/: [\d,]+ requests from \S+ to \S+ are discarded, and it is made anew$/),
    ]);
    const load = loadResultSchema.parse(JSON.parse(await clone.artifact("rolls/2/upgrade.json")));
    expect(load).toMatchObject({ complete: true, segments: 1, failed: 0 });
    const commands = (await clone.artifact("commands.txt")).split("\n");
    expect(commands.filter((line) => /^kops rolling-update cluster .*--force/.test(line)).length).toBeGreaterThan(2);

    const verdict = await clone.verdict();
    expect(verdict).toMatchObject({ verdict: "SAFE", toVersion: "1.35.1", upgrade: { failed: 0 } });
    expect(verdict.search).toMatchObject({
      attempts: [
        { verdict: "UNSAFE", postDrainDelay: "1s", intervals: { controlPlane: "4s", node: "4s" } },
        { verdict: "SAFE", postDrainDelay: "2s", intervals: { controlPlane: "4s", node: "4s" }, interruptions: 0 },
      ],
      chosen: 1,
      ended: "a roll that disturbs nothing was found",
      remedies: [],
    });
    expect(verdict.search?.attempts).toHaveLength(2);
    expect(verdict.search?.attempts[0]?.longestMs).toBeGreaterThan(1000);
    expect(verdict.reasons.join("\n")).toContain(
      "Roll 2 of 2, with intervals 4s/4s and post-drain delay 2s, is the quickest that disturbed nothing",
    );
    expect(verdict.upgradeLanded).toMatchObject({ landed: true, pendingChanges: [] });
    expect(verdict.upgradeLanded.nodes.map(({ kubeletVersion }) => kubeletVersion)).toEqual(Array(3).fill("v1.35.1"));
    // With the curve of what the gentler roll cost and bought.
    expect(await clone.artifact("report.html")).toContain('"curve":[{"minutes":');
    expect(await clone.artifact("runbook.md")).toContain("--post-drain-delay=2s");
    expect(await detached(clone)).toEqual([]);
  });

  test("a budget that allows nothing halts at the drain time-out, and the verdict names it, the pod and the node", async () => {
    await clone.configure({
      "kops-upgrade-rehearsal:targetVersion": "1.35.2",
      "kops-upgrade-rehearsal:app.pdb": { minAvailable: 3 },
      "kops-upgrade-rehearsal:intervals.drainTimeout": "20s",
    });
    const up = await clone.up();
    expect(up.exitCode).toBe(0);

    const verdict = await clone.verdict();
    const reasons = verdict.reasons.join("\n");
    expect(verdict.verdict).toBe("UNSAFE");
    expect(verdict.upgradeLanded.landed).toBe(false);
    expect(reasons).toMatch(/PodDisruptionBudget/);
    expect(reasons).toMatch(/\bi-[0-9a-f]{17}\b/);
    expect(reasons).toMatch(/\brehearsal-app-[0-9a-z-]+/);
    expect(verdict.upgrade.failed).toBe(0);
    expect(verdict.search?.attempts).toHaveLength(1);
    expect(verdict.search?.remedies.join("\n")).toMatch(
      /PodDisruptionBudget rehearsal\/rehearsal-app allows no disruption/,
    );
  });

  test("destroy after a failed upgrade leaves the AWS inventory as it was", async () => {
    const destroy = await clone.destroy();
    expect(destroy.all).not.toContain("error:");
    expect(destroy.exitCode).toBe(0);
    expect(diffInventory(before, await clone.inventory())).toEqual({ added: [], removed: [] });
  });
});
