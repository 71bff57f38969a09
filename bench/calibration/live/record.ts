import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { decodeSamples } from "../../../analysis/sample-file.ts";
import type { StoredSample } from "../../../analysis/sample-file.ts";
import type { BalancerFaults } from "../../../lab/load-balancer/protocol.ts";
import { startLoad } from "../../../rehearsal/load/start.ts";
import { configOf } from "../../../test/unit/rehearsal/config.fixture.ts";
import { findTools } from "../../../tools/index.ts";
import { classes } from "../case.ts";
import { defaults } from "../judged.ts";
import type { LiveKind, Slot } from "./slots.ts";
import { startStand } from "./stand.ts";
import type { Stand } from "./stand.ts";

const times = { fromMs: z.number(), toMs: z.number() };
/** What was done while a load ran; times in ms since the epoch. */
const recordingSchema = z.object({
  seed: z.number(),
  /** When the load began; the warm-up and the baseline come first. */
  startMs: z.number(),
  baselineEndMs: z.number(),
  slots: z.array(
    z.object({
      class: z.enum(classes),
      ...times,
      fault: z
        .object({ ...times, kind: z.string(), target: z.string().optional(), delayMs: z.number().optional() })
        .optional(),
    }),
  ),
});
export type Recording = z.infer<typeof recordingSchema>;

/** The files of a recording, in a folder of its own. */
const files = { recording: "recording.json", samples: "baseline.samples" } as const;

/** Sends the load of a rehearsal to the stand, with a baseline and then one slot after the other. */
export async function record(
  project: string,
  seed: number,
  baselineSeconds: number,
  slots: readonly Slot[],
  folder: string,
): Promise<void> {
  const { binDir } = await findTools({ only: ["k6"] });
  process.env["PATH"] = `${binDir}:${process.env["PATH"]}`;
  const { rate, warmupSeconds } = defaults;
  const calmSeconds = warmupSeconds + baselineSeconds;
  const scratch = await mkdtemp(join(tmpdir(), "calibration-"));
  const stand = await startStand(project);
  try {
    const config = configOf({
      targetUrl: stand.url,
      load: {
        rate,
        durationSeconds: calmSeconds + Math.ceil(slots.at(-1)?.to ?? 0) + 1,
        concurrency: 10,
        warmupSeconds,
        cooldownSeconds: 0,
        requestTimeoutSeconds: 10,
      },
    });
    const load = await startLoad(config, "baseline", scratch);
    await load.began;
    const startMs = Date.now();
    const baselineEndMs = startMs + calmSeconds * 1000;
    const planted: Recording["slots"] = [];
    for (const slot of slots) {
      await until(baselineEndMs + slot.from * 1000);
      const range = {
        class: slot.class,
        fromMs: baselineEndMs + slot.from * 1000,
        toMs: baselineEndMs + slot.to * 1000,
      };
      const fault = slot.fault === undefined ? undefined : await plant(stand, slot.fault, baselineEndMs, scratch);
      planted.push(fault === undefined ? range : { ...range, fault });
    }
    const result = await load.ended;
    if (!result.complete) throw new Error(`the load did not end well: ${result.problem ?? result.exitClass}`);
    const { samples } = decodeSamples(await readFile(join(scratch, files.samples)));
    checkStand(samples, planted);
    const recording: Recording = { seed, startMs, baselineEndMs, slots: planted };
    await mkdir(folder, { recursive: true });
    await cp(join(scratch, files.samples), join(folder, files.samples));
    await writeFile(join(folder, files.recording), `${JSON.stringify(recording, undefined, 2)}\n`);
  } finally {
    await stand.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

export async function readRecording(folder: string) {
  const recording = recordingSchema.parse(JSON.parse(await readFile(join(folder, files.recording), "utf8")));
  const { samples, complete } = decodeSamples(await readFile(join(folder, files.samples)));
  if (!complete) throw new Error(`${folder}: the samples are cut off`);
  return { recording, samples };
}

/** A fault is ordered for so much longer until the load balancer says since when it is in force. */
const spareSeconds = 2;

type PlantedSlot = NonNullable<Recording["slots"][number]["fault"]>;

/** Begins a fault when it is due, and returns once it is over. */
async function plant(
  stand: Stand,
  fault: NonNullable<Slot["fault"]>,
  baselineEndMs: number,
  scratch: string,
): Promise<PlantedSlot> {
  const { kind, seconds } = fault;
  const target: { target?: string } = fault.target === undefined ? {} : { target: stand.targets[fault.target]! };
  const delayMs = kind === "lb-delay" ? await fifthOfP99(scratch) : undefined;
  await until(baselineEndMs + fault.from * 1000);
  if (kind === "freeze") {
    const hit = stand.targets.map((_, i) => i).filter((i) => fault.target === undefined || fault.target === i);
    const fromMs = now();
    for (const i of hit) stand.signal(i, "SIGSTOP");
    await until(fromMs + seconds * 1000);
    for (const i of hit) stand.signal(i, "SIGCONT");
    return { kind, fromMs, toMs: now(), ...target };
  }
  // On a busy machine the order may come late: once it is in force, the load balancer is told when to end it, by its own clock,
  // which shows whole milliseconds.
  const order = async (endMs: number): Promise<number> =>
    await stand.setFaults(balancerFault(kind, target, Math.ceil(endMs), delayMs));
  const fromMs = await order(now() + (seconds + spareSeconds) * 1000);
  const endMs = Math.max(Math.ceil(fromMs + seconds * 1000), await order(fromMs + seconds * 1000));
  await until(endMs + 1);
  return { kind, fromMs, toMs: endMs, ...target, ...(delayMs === undefined ? {} : { delayMs }) };
}

function balancerFault(
  kind: LiveKind,
  { target }: { target?: string },
  endMs: number,
  delayMs = 0,
): Partial<BalancerFaults> {
  if (kind === "lb-delay") return { delay: { ms: delayMs, until: endMs } };
  if (kind === "lb-reset") return { resets: [{ ...(target === undefined ? {} : { target }), until: endMs }] };
  return target === undefined ? { drop: { until: endMs } } : { dropTargets: [{ target, until: endMs }] };
}

/** Beside the planted faults the stand has to serve: requests that are bad far from any tell that this machine could not. */
function checkStand(samples: readonly StoredSample[], slots: Recording["slots"]): void {
  const apart = samples.filter(
    ({ dueMs, habit }) =>
      habit !== "canary" &&
      !slots.some(({ fault }) => fault !== undefined && dueMs > fault.fromMs - 1000 && dueMs < fault.toMs + 1000),
  );
  const bad = apart.filter(({ outcome }) => outcome !== "ok").length;
  if (bad > apart.length / 1000)
    throw new Error(
      `${bad} of ${apart.length} requests failed without a fault: this machine is too busy to calibrate on`,
    );
}

/** In ms since the epoch, finer than `Date.now()`. */
const now = (): number => performance.timeOrigin + performance.now();

async function until(ms: number): Promise<void> {
  for (let left = ms - now(); left > 0; left = ms - now()) await delay(Math.max(1, left - 1));
}

/** In whole ms, as the load balancer delays. */
async function fifthOfP99(scratch: string): Promise<number> {
  const { samples } = decodeSamples(await readFile(join(scratch, files.samples)));
  const took = samples.filter(({ habit, outcome }) => habit !== "canary" && outcome === "ok");
  const sorted = took.map(({ durationMs, waitedMs }) => durationMs - waitedMs).sort((a, b) => a - b);
  return Math.max(1, Math.round(0.2 * (sorted[Math.ceil(0.99 * sorted.length) - 1] ?? 0)));
}
