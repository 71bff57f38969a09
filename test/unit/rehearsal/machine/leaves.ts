import { join } from "node:path";
import type { V1Node } from "@kubernetes/client-node";
import { preflightReport } from "../../../../preflight/report.ts";
import type { RehearsalConfig } from "../../../../rehearsal/config.ts";
import { RehearsalError } from "../../../../rehearsal/errors.ts";
import type { LoadedRun } from "../../../../rehearsal/load-run.ts";
import type { LoadKind } from "../../../../rehearsal/load/plan.ts";
import type { LoadResult } from "../../../../rehearsal/load/result.ts";
import type { RunningLoad } from "../../../../rehearsal/load/start.ts";
import type { NodeGroups } from "../../../../rehearsal/skew-probe-group.ts";
import type { PreflightReport } from "../../../../preflight/report.ts";
import type { Run } from "../../../../rehearsal/run.ts";
import { needs } from "./broken.ts";
import { disk, life, rolledUnder, stage, trouble } from "./stage.ts";

type Files = Pick<typeof import("../../../../rehearsal/files.ts"), "LineFile" | "writeJson">;

/** Kubernetes, as far as the steps ask it. */
export class Cluster {
  constructor(
    readonly name: string,
    kubeconfig: string,
  ) {
    life.alive();
    if (disk.text(kubeconfig) !== "whole") throw new RehearsalError(`${kubeconfig} is no kubeconfig`);
  }

  async nodes(): Promise<V1Node[]> {
    await this.#answer();
    const { nodes, detached } = stage.world;
    return [...nodes, ...detached].map(([name, { version, role, cordoned }]) => ({
      metadata: { name, labels: labelsOf(role) },
      spec: { providerID: `aws:///us-east-1a/${name}`, unschedulable: cordoned },
      status: { conditions: [{ type: "Ready", status: isUp(name) ? "True" : "False" }], nodeInfo: kubelet(version) },
    }));
  }

  async pods(): Promise<[]> {
    await this.#answer();
    return [];
  }

  async cordon(name: string): Promise<void> {
    await this.#set(name, true);
  }

  async uncordon(name: string): Promise<void> {
    await this.#set(name, false);
  }

  async deleteNode(name: string): Promise<void> {
    await this.#answer();
    needs(!stage.world.nodes.has(name), `the node of ${name}, which runs, is forgotten`);
  }

  async #set(name: string, cordoned: boolean): Promise<void> {
    await this.#answer();
    life.effect();
    const node = stage.world.nodes.get(name) ?? stage.world.detached.get(name);
    if (node !== undefined) node.cordoned = cordoned;
  }

  async #answer(): Promise<void> {
    await Promise.resolve();
    life.alive();
  }
}

/** One that a skew probe adds may never get ready. */
const isUp = (name: string): boolean => stage.world.joins || stage.world.ids("node").indexOf(name) < 2;

const labelsOf = (role: string): Record<string, string> => ({ [`node-role.kubernetes.io/${role}`]: "" });

const kubelet = (version: string) => ({ kubeletVersion: `v${version}` }) as NonNullable<V1Node["status"]>["nodeInfo"];

/** AWS, as far as the skew probe asks it. */
export function nodeGroups(): NodeGroups {
  const { world } = stage;
  const get = async () => {
    await Promise.resolve();
    life.alive();
    trouble.call();
    return { name: "nodes", ...world.group, instances: world.ids("node") };
  };
  const set = async (change: () => void): Promise<void> => {
    await Promise.resolve();
    life.alive();
    trouble.call();
    change();
  };
  return {
    find: get,
    get,
    resize: (_name, size) => set(() => world.resize(size)),
    terminate: (id) => set(() => world.terminate(id)),
    close: () => undefined,
  };
}

/** Instances that a roll has left outside of their groups. */
export async function terminateDetached(): Promise<string[]> {
  await Promise.resolve();
  life.alive();
  trouble.call();
  const ids = [...stage.world.detached.keys()];
  if (ids.length > 0) life.effect();
  stage.world.detached.clear();
  return ids;
}

/** k6: what it sends is a line when it begins and one when it ends. */
export function loadStarter({ LineFile, writeJson }: Files) {
  return async (_config: RehearsalConfig, kind: LoadKind, dir: string): Promise<RunningLoad> => {
    await Promise.resolve();
    life.alive();
    trouble.call();
    const { world } = stage;
    if (kind === "baseline") needs(world.isAtOneVersion(), "a baseline of a cluster that is at no one version");
    const id = `${kind}-${stage.loads++}`;
    const before = [...world.nodes.keys()];
    const file = new LineFile(join(dir, `${kind}.samples`));
    file.append(`${id} begin`);
    let tell: (result: LoadResult) => void = () => undefined;
    const ended = new Promise<LoadResult>((resolve) => (tell = resolve));
    let result: Promise<LoadResult> | undefined;
    const end = async (): Promise<LoadResult> => {
      file.append(`${id} end`);
      file.close();
      rolledUnder.set(id, { before, after: [...world.nodes.keys()] });
      await writeJson(join(dir, `${kind}.json`), { id, ...loadResult(kind) });
      tell(loadResult(kind));
      return loadResult(kind);
    };
    const stop = (): Promise<LoadResult> => (result ??= end());
    return {
      pid: undefined,
      began: Promise.resolve(),
      ended: kind === "baseline" ? stop() : ended,
      progress: () => ({ requests: 0, failed: 0 }),
      stop,
    };
  };
}

const loadResult = (kind: LoadKind): LoadResult => ({
  kind,
  startMs: 0,
  endMs: 1,
  rate: 100,
  requests: { fresh: 1, kept: 1, canary: 0 },
  failed: 0,
  droppedIterations: 0,
  k6ExitCode: 0,
  k6Version: "1.8.1",
  exitClass: "finished",
  runners: 1,
  segments: 1,
  complete: true,
});

/** What a load run has left, line by line. */
export async function readLoadRun(run: Run, kind: LoadKind): Promise<LoadedRun> {
  await Promise.resolve();
  life.alive();
  const samples = (disk.text(run.path(`${kind}.samples`)) ?? "").split("\n").slice(0, -1);
  return { samples, startMs: 0, endMs: 1 } as unknown as LoadedRun;
}

/** Judges what is there: each roll is disturbed until so many were. What a verdict is made from must be whole. */
export async function judgeRoll(run: Run, folder: Run) {
  await Promise.resolve();
  life.alive();
  needsBaseline(run);
  const roll = rollOf(folder);
  const name = folder.dir === run.dir ? "" : (folder.dir.split("/").at(-1) ?? "");
  if (/^\d+$/.test(name)) needsOneWhole(folder, roll.ok);
  const turn = name === "" ? 1 : Number(name);
  const through = roll.ok && roll.landed;
  const bad = !through || turn <= stage.disturbed;
  return {
    verdict: {
      verdict: bad ? "UNSAFE" : "SAFE",
      reasons: [],
      outages: [],
      outagesOmitted: 0,
      checklist: [],
      roll: { ok: roll.ok, seconds: 60 },
      upgradeLanded: { landed: roll.landed },
      upgrade: { p99Ms: 1, failed: 0, requests: 2 },
      schedule: { minutes: 1, low: 1, high: 1 },
    },
    events: [],
  };
}

/** What a roll has left, which must be all there. */
function rollOf(folder: Run): { ok: boolean; landed: boolean } {
  for (const name of ["upgrade.samples", "upgrade.json", "roll.json", "landed.json"])
    needs(disk.exists(folder.path(name)), `judged without ${name} in ${folder.dir}`);
  const { ok } = JSON.parse(disk.text(folder.path("roll.json")) ?? "") as { ok: boolean };
  const { landed } = JSON.parse(disk.text(folder.path("landed.json")) ?? "") as { landed: boolean };
  const last = /(\S+) begin\n(\S+) end\n$/.exec(disk.text(folder.path("upgrade.samples")) ?? "");
  needs(last !== null && last[1] === last[2], `the load of ${folder.dir} has no end`);
  return { ok, landed };
}

/** A roll of a search is one whole roll under one load, or one that has halted: nothing of one that was cut off counts. */
function needsOneWhole(folder: Run, ok: boolean): void {
  const lines = (disk.text(folder.path("upgrade.samples")) ?? "").split("\n").slice(0, -1);
  needs(lines.length === 2, `${folder.dir} has a load that was cut off`);
  const { before = [], after = [] } = rolledUnder.get(lines[0]?.split(" ")[0] ?? "") ?? {};
  needs(before.length === 3 && after.length === 3, `${folder.dir}: not a whole cluster`);
  if (ok) needs(!before.some((id) => after.includes(id)), `${folder.dir} is of a part of a roll`);
}

/** The baseline that the journal says was finished, whole, and no other. */
export function needsBaseline(run: Run): void {
  const samples = disk.text(run.path("baseline.samples")) ?? "";
  const whole = /^(\S+) begin\n(\S+) end\n$/.exec(samples);
  needs(finishedBaselines(disk.text(run.path("journal.ndjson")) ?? "") === 1, "no baseline, or more than one");
  needs(whole !== null && whole[1] === whole[2], `no whole baseline but ${JSON.stringify(samples)}`);
  needs(disk.exists(run.path("baseline.json")), "no baseline.json");
}

/** How many baselines a journal says are finished; read apart from the code under test. */
export function finishedBaselines(journal: string): number {
  return recordsOf(journal).filter(({ type, step }) => type === "finished" && step === "baseline").length;
}

export interface Line {
  readonly type: string;
  readonly step?: string;
  readonly result?: Readonly<Record<string, unknown>>;
}

export const recordsOf = (journal: string): Line[] =>
  journal
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);

/** The verdict on a run, from what was kept of it. */
export function judgeAndRenderer({ writeJson }: Files) {
  return async (run: Run, config: RehearsalConfig): Promise<object> => {
    needsBaseline(run);
    rollOf(run);
    needs(disk.exists(run.path("checklist.json")), "a verdict without a checklist");
    if (config.search !== undefined) needs(disk.exists(run.path("search.json")), "a verdict without its search");
    await writeJson(run.path("verdict.json"), { run: run.name });
    return { run: run.name, verdict: "SAFE", reasons: [] };
  };
}

/** What preflight finds. */
export async function preflight({ clusterName }: RehearsalConfig): Promise<PreflightReport> {
  await Promise.resolve();
  life.alive();
  trouble.call();
  const finding = { severity: "error", summary: "no such zone", evidence: [], next: "another zone" } as const;
  const findings = stage.refused ? [finding] : [];
  const check = { name: "zones", title: "zones", looked: "", findings, unchecked: [] };
  return preflightReport(clusterName, [check], [], new Date());
}

/** What watches a roll sees nothing. */
export class ClusterWatch {
  readonly hopeless = new AbortController().signal;
  async start(): Promise<void> {
    await Promise.resolve();
    life.alive();
  }
  async stop(): Promise<void> {
    await Promise.resolve();
  }
}

export const workload = {
  service: "web/web",
  pods: 2,
  nodes: 2,
  workers: 2,
  readinessProbe: true,
  preStop: true,
  budgets: [],
};
