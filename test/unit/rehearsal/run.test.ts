import { appendFile, mkdtemp, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { isRunId, runId, runKey } from "../../../rehearsal/run-id.ts";
import { Runs } from "../../../rehearsal/run.ts";
import { UsageError } from "../../../rehearsal/errors.ts";
import { configOf } from "./config.fixture.ts";

describe("names of runs", () => {
  test("start and versions", () => {
    expect(runId(new Date("2026-11-23T05:30:00.123Z"), "1.34.3", "1.35.0")).toBe("20261123T053000Z-1.34.3-1.35.0");
  });

  test("they sort by time and are known again", () => {
    const moment = fc.date({ min: new Date("2020-01-01"), max: new Date("2099-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(moment, moment, (a, b) => {
        const [one, other] = [runId(a, "1.34.3", "1.35.0"), runId(b, "1.34.3", "1.35.0")];
        expect(isRunId(one)).toBe(true);
        if (Math.floor(a.getTime() / 1000) < Math.floor(b.getTime() / 1000)) expect(one < other).toBe(true);
      }),
    );
    for (const other of ["latest", "cluster", "current.json", "kubeconfig"]) expect(isRunId(other)).toBe(false);
  });
});

describe("what makes two calls one run", () => {
  const config = configOf();
  const key = runKey(config, "g1");

  test("the same settings, in any order, and other budgets or targets", () => {
    const reordered = {
      ...config,
      load: Object.fromEntries(Object.entries(config.load).reverse()) as typeof config.load,
    };
    expect(runKey(reordered, "g1")).toBe(key);
    const judged = { ...config, objectives: { ...config.objectives, maxOutageMs: 1 }, targetUrl: "http://x/" };
    expect(runKey(judged, "g1")).toBe(key);
  });

  test.each([
    ["target version", runKey(configOf({ toVersion: "1.35.1" }), "g1")],
    ["load", runKey(configOf({ load: { ...config.load, rate: 101 } }), "g1")],
    ["interval", runKey(configOf({ intervals: { ...config.intervals, node: "10m" } }), "g1")],
    ["cluster", runKey(configOf({ clusterName: "other" }), "g1")],
    ["cluster created anew", runKey(config, "g2")],
  ])("not with another %s", (_what, other) => {
    expect(other).not.toBe(key);
  });
});

describe("the folder of runs", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "runs-"));
  });
  afterEach(async () => {
    await rm(dir, { recursive: true, force: true });
  });

  const at = new Date("2026-11-23T05:30:00Z");
  const from = (version: string) => (): Promise<string> => Promise.resolve(version);
  const never = (): Promise<string> => Promise.reject(new Error("the cluster was asked again"));

  test("the same settings go on with the same run", async () => {
    const runs = new Runs(dir);
    await runs.own(configOf());
    const { run } = await runs.open(configOf(), from("1.34.3"), at);
    const again = await new Runs(dir).open(configOf(), never, new Date("2026-11-24T00:00:00Z"));
    expect(again).toEqual({ run, fromVersion: "1.34.3" });
    expect(await readlink(join(dir, "latest"))).toBe(run.name);
    expect(await runs.list()).toEqual(["20261123T053000Z-1.34.3-1.35.0"]);
  });

  test("another target begins a new run, from the version that the cluster has by then", async () => {
    const runs = new Runs(dir);
    await runs.own(configOf());
    await runs.open(configOf(), from("1.34.3"), at);
    const later = new Date("2026-11-23T06:00:00Z");
    const { run } = await runs.open(configOf({ toVersion: "1.35.1" }), from("1.35.0"), later);
    expect(run.name).toBe("20261123T060000Z-1.35.0-1.35.1");
    expect((await runs.get("latest")).name).toBe(run.name);
  });

  test("another specification of the mirror begins a new run, not other access to it; a run from before that was kept goes on", async () => {
    const runs = new Runs(dir);
    const spec = (fields: object): ReturnType<typeof configOf> =>
      configOf({ manifests: [{ kind: "Cluster", metadata: { name: "mirror.k8s.example.com" }, spec: fields }] });
    await runs.own(configOf());
    const { run } = await runs.open(spec({ networkID: "vpc-1", sshAccess: ["1.2.3.4/32"] }), from("1.34.3"), at);
    const access = await runs.open(spec({ networkID: "vpc-1", sshAccess: ["5.6.7.8/32"] }), never);
    expect(access.run.name).toBe(run.name);
    // What was measured so far is of another cluster: its verdict must not say that it is of this one.
    const other = await runs.open(spec({ networking: { calico: {} } }), from("1.34.3"), at);
    expect(other.run.name).toBe(`${run.name}-2`);

    const pointer = JSON.parse(await readFile(join(dir, "current.json"), "utf8")) as object;
    await writeFile(join(dir, "current.json"), JSON.stringify({ ...pointer, spec: undefined }));
    expect((await runs.open(spec({ networking: { cilium: {} } }), never)).run.name).toBe(other.run.name);
  });

  test("a cluster created anew begins a new run; the old one is closed", async () => {
    const runs = new Runs(dir);
    const first = await runs.own(configOf());
    const { run } = await runs.open(configOf(), from("1.34.3"), at);
    await runs.disown("the cluster was deleted");
    expect(await run.decide("baseline")).toMatchObject({ do: "refuse" });
    const second = await runs.own(configOf());
    expect(second.generation).not.toBe(first.generation);
    const { run: next } = await runs.open(configOf(), from("1.34.3"), at);
    expect(next.name).toBe(`${run.name}-2`);
    expect(await next.decide("baseline")).toEqual({ do: "run" });
  });

  test("owning twice changes nothing; owning another cluster is refused", async () => {
    const runs = new Runs(dir);
    expect(await runs.own(configOf())).toEqual(await runs.own(configOf()));
    await expect(runs.own(configOf({ clusterName: "other" }))).rejects.toThrow(UsageError);
  });

  test("the owner of the mirror is its generation; the same cluster of another owner is another mirror", async () => {
    const runs = new Runs(dir);
    expect(await runs.own(configOf({ owner: "o1" }))).toMatchObject({ generation: "o1" });
    const { run } = await runs.open(configOf({ owner: "o1" }), from("1.34.3"), at);
    expect(await runs.own(configOf({ owner: "o1" }))).toMatchObject({ generation: "o1" });
    expect(await run.decide("baseline")).toEqual({ do: "run" });
    expect(await runs.own(configOf({ owner: "o2" }))).toMatchObject({ generation: "o2" });
    expect(await run.decide("baseline")).toMatchObject({ do: "refuse" });
    await expect(runs.own(configOf({ owner: "o3", clusterName: "other" }))).rejects.toThrow(UsageError);
  });

  test("the first run of a cluster begins with how the cluster came to be", async () => {
    const runs = new Runs(dir);
    await runs.own(configOf());
    await writeFile((await runs.cluster()).path("events.ndjson"), "created\n");
    const { run } = await runs.open(configOf(), from("1.34.3"), at);
    expect(await readFile(run.path("events.ndjson"), "utf8")).toBe("created\n");
    const { run: second } = await runs.open(configOf({ toVersion: "1.35.1" }), from("1.35.0"), at);
    expect(await readdir(second.dir)).not.toContain("events.ndjson");
  });

  test("no new run while another one has left the cluster between two versions", async () => {
    const runs = new Runs(dir);
    await runs.own(configOf());
    const { run } = await runs.open(configOf(), from("1.34.3"), at);
    run.record({ type: "started", step: "upgrade", pid: 1 });
    const other = runs.open(configOf({ toVersion: "1.35.1" }), never, at);
    await expect(other).rejects.toThrow(`the upgrade of run ${run.name} has not ended`);
    expect(await runs.list()).toEqual([run.name]);
    run.record({ type: "finished", step: "upgrade", result: { landed: false } });
    const next = runs.open(configOf({ toVersion: "1.35.1" }), never, at);
    await expect(next).rejects.toThrow(/run \S+ halted[^]*Next: `npx rehearsal revert` takes it back/);
    run.record({ type: "finished", step: "revert", result: { ok: true } });
    expect((await runs.open(configOf({ toVersion: "1.35.1" }), from("1.35.0"), at)).run.name).not.toBe(run.name);
  });

  test("no new run on a mirror that another one has upgraded already; once it is taken back there is", async () => {
    const runs = new Runs(dir);
    await runs.own(configOf());
    const { run } = await runs.open(configOf(), from("1.34.3"), at);
    run.record({ type: "finished", step: "baseline", result: {} });
    const again = configOf({ attempt: 2 });
    // Nothing is upgraded yet: other settings are another run.
    expect((await new Runs(dir).open(configOf({ app: "other" }), from("1.34.3"), at)).run.name).not.toBe(run.name);
    const { run: upgraded } = await runs.open(configOf(), from("1.34.3"), at);
    upgraded.record({ type: "finished", step: "upgrade", result: { landed: { landed: true } } });
    await expect(runs.open(again, from("1.35.0"), at)).rejects.toThrow(
      new RegExp(`at 1\\.35\\.0 already: run ${upgraded.name} upgraded it[^]*Next: \`npx rehearsal revert\``),
    );
    expect((await runs.current())?.name).toBe(upgraded.name);
    upgraded.record({ type: "finished", step: "revert", result: { ok: true } });
    expect((await runs.open(again, from("1.34.3"), at)).run.name).not.toBe(upgraded.name);
    // To another version there is something to rehearse.
    const { run: third } = await runs.open(again, from("1.34.3"), at);
    third.record({ type: "finished", step: "upgrade", result: { landed: { landed: true } } });
    expect((await runs.open(configOf({ toVersion: "1.35.1" }), from("1.35.0"), at)).fromVersion).toBe("1.35.0");
  });

  test("a line that was cut off is taken away before the next one is written", async () => {
    const runs = new Runs(dir);
    await runs.own(configOf());
    const { run } = await runs.open(configOf(), from("1.34.3"), at);
    await appendFile(run.path("journal.ndjson"), '{"time":"2026-11-23T05:30:0');
    run.record({ type: "started", step: "baseline", pid: 1 });
    expect((await run.journal()).map(({ type }) => type)).toEqual(["opened", "started"]);
  });

  test("a journal that is damaged says so, and what to do", async () => {
    const runs = new Runs(dir);
    await runs.own(configOf());
    const { run } = await runs.open(configOf(), from("1.34.3"), at);
    await appendFile(run.path("journal.ndjson"), "\0\0\0\n");
    await expect(run.journal()).rejects.toThrow(/is damaged[^]*Next: `pulumi destroy`/);
  });

  test("a run that does not exist", async () => {
    await expect(new Runs(dir).get("latest")).rejects.toThrow(/no run latest.*\n.*no run yet/);
  });
});
