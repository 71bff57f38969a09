import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { execa, type ResultPromise } from "execa";
import { parseJournal, type JournalRecord } from "../../../rehearsal/journal.ts";
import { loadResultSchema } from "../../../rehearsal/load/result.ts";
import { Clone } from "../end-to-end/clone.ts";

jest.setTimeout(15 * 60_000);

const upArguments = ["up", "--yes", "--skip-preview", "--stack", "local"];

/** One rehearsal that is killed (as by a lost machine) in the middle of its baseline, and again in the middle of its roll. */
describe("a rehearsal that is killed goes on where it was", () => {
  let clone: Clone;
  beforeAll(async () => {
    clone = await Clone.create("resume");
    await clone.configure({
      "kops-upgrade-rehearsal:load.rate": 50,
      "kops-upgrade-rehearsal:load.durationSeconds": 15,
      "kops-upgrade-rehearsal:nodes.zones": ["us-east-1a"],
      "kops-upgrade-rehearsal:nodes.count": 2,
    });
    await clone.startLab();
  });
  afterAll(async () => {
    await clone.dispose();
  });

  test("killed in the baseline: it is measured anew, on the same cluster", async () => {
    const up = start(clone);
    await until(async () => (await size(clone, "baseline.samples")) > 500, up);
    await kill(clone, up);
    const owner = await readFile(join(clone.dir, ".rehearsal/local/cluster.json"), "utf8");

    const again = start(clone);
    await until(
      async () =>
        (await journal(clone)).some(
          ({ type, ...rest }) => type === "started" && "step" in rest && rest.step === "upgrade",
        ),
      again,
    );
    expect(count(await journal(clone), "started", "baseline")).toBe(2);
    expect(count(await journal(clone), "finished", "baseline")).toBe(1);
    expect(await readFile(join(clone.dir, ".rehearsal/local/cluster.json"), "utf8")).toBe(owner);

    await until(
      async () => (await clone.events()).some(({ kind, phase }) => kind === "node-draining" && phase === "nodes"),
      again,
    );
    await kill(clone, again);
  });

  test("killed in the roll: it goes on without a second baseline, and says that it was not watched throughout", async () => {
    const up = await clone.pulumi(upArguments);
    expect(up.exitCode).toBe(0);
    const records = await journal(clone);
    expect(count(records, "started", "baseline")).toBe(2);
    expect(count(records, "started", "upgrade")).toBe(2);
    expect(count(records, "finished", "upgrade")).toBe(1);

    const load = loadResultSchema.parse(JSON.parse(await clone.artifact("upgrade.json")));
    expect(load).toMatchObject({ segments: 2, complete: false, exitClass: "finished" });
    const verdict = await clone.verdict();
    expect(verdict.upgradeLanded).toMatchObject({ landed: true, pendingChanges: [] });
    expect(["INCONCLUSIVE", "UNSAFE"]).toContain(verdict.verdict);
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
    const again = JSON.parse((await rehearsal("report", "latest", "-o", "json")).all) as Record<string, unknown>;
    expect({ ...again, createdAt: verdict.createdAt }).toEqual(verdict);
    expect((await rehearsal("compare", "latest", verdict.run)).all).toContain(verdict.toVersion);
  });

  test("destroy ends it", async () => {
    expect((await clone.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "local"])).exitCode).toBe(0);
    const records = await journal(clone);
    expect(records.at(-1)).toMatchObject({ type: "closed" });
  });
});

function start(clone: Clone): ResultPromise<{ reject: false; all: true }> {
  return execa("pulumi", [...upArguments, "--non-interactive"], {
    cwd: clone.dir,
    env: clone.lab.env,
    reject: false,
    all: true,
    detached: true,
  });
}

async function kill(clone: Clone, up: ResultPromise<{ reject: false; all: true }>): Promise<void> {
  if (up.pid === undefined) throw new Error("pulumi did not start");
  process.kill(-up.pid, "SIGKILL");
  await up;
  await clone.pulumi(["cancel", "--yes", "--stack", "local"]);
}

async function until(
  condition: () => Promise<boolean>,
  up: ResultPromise<{ reject: false; all: true }>,
): Promise<void> {
  let ended = false;
  void up.then(() => (ended = true));
  while (!(await condition())) {
    if (ended) throw new Error(`pulumi ended before: ${(await up).all}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function journal(clone: Clone): Promise<JournalRecord[]> {
  return parseJournal(await clone.artifact("journal.ndjson").catch(() => ""));
}

async function size(clone: Clone, name: string): Promise<number> {
  return await stat(join(clone.dir, ".rehearsal/local/latest", name)).then(
    (found) => found.size,
    () => 0,
  );
}

function count(records: readonly JournalRecord[], type: string, step: string): number {
  return records.filter((record) => record.type === type && "step" in record && record.step === step).length;
}
