import { mean, median } from "simple-statistics";
import type { Habit, Outcome, Sample } from "../../analysis/sample.ts";
import type { CaseClass, PlantedFault } from "./case.ts";
import type { Random } from "./random.ts";

/** How a service that cannot be reached shows itself. */
export const kinds = [
  /** Nobody listens: refused at once. */
  "refused",
  /** Connections are reset, those in use too. */
  "reset",
  /** Requests of that time are never answered. */
  "timeout",
  /** A proxy in front answers 503 at once. */
  "http-5xx",
  /** Packets are lost and sent again: a SYN after 1, 3, 7 s, data after 200, 600, 1400 ms. No request fails. */
  "drop",
  /** The service stands still and answers all at once when it goes on. No request fails. */
  "freeze",
] as const;
export type Kind = (typeof kinds)[number];

/** A fault in a stream; times in ms from its start. */
export type Planted =
  | { readonly kind: Kind; readonly fromMs: number; readonly toMs: number; readonly pod?: number }
  | {
      /** Latency of every request, or of the slowest tenth only, grows by a factor. */
      readonly kind: "slower" | "slower-tail";
      readonly fromMs: number;
      readonly toMs: number;
      readonly factor: number;
      /** Latency that a tenth of the requests exceed. */
      readonly tailMs: number;
    };

/** A request on its way; times in ms from the stream's start. */
export interface Trip {
  readonly sentMs: number;
  readonly answeredMs: number;
  readonly outcome: Outcome;
}

export const requestTimeoutMs = 10_000;

/** A fault of a class at any moment of an upgrade: any kind, any length. */
export function anyFault(what: CaseClass, random: Random, upgradeMs: number): Planted | undefined {
  const fromMs = random.between(15_000, upgradeMs - 45_000);
  switch (what) {
    case "none":
      return undefined;
    case "total":
      return { kind: random.pick(kinds), fromMs, toMs: fromMs + random.logBetween(100, 5000) };
    case "partial":
      return { kind: random.pick(kinds), fromMs, toMs: fromMs + random.logBetween(300, 5000), pod: 1 };
    case "rise":
      return { kind: random.pick(["slower", "slower-tail"]), fromMs, toMs: fromMs + 30_000, factor: 1.2, tailMs: 0 };
  }
}

/** A fault of the slowest tenth is aimed at the slowest tenth of what would have been answered then. */
export function aimed(fault: Planted, undisturbed: readonly Sample[], startMs: number): Planted {
  if (fault.kind !== "slower-tail") return fault;
  return { ...fault, tailMs: percentile(latencies(undisturbed, startMs + fault.fromMs, startMs + fault.toMs), 0.9) };
}

/** A fault of a stream that began then, as a case tells it. */
export function plantedAt(
  fault: Planted | undefined,
  undisturbed: readonly Sample[],
  startMs: number,
): { fault?: PlantedFault } {
  if (fault === undefined) return {};
  const { kind, fromMs, toMs } = fault;
  const failing = kind !== "drop" && kind !== "freeze";
  const told = { kind, fromMs: startMs + fromMs, toMs: startMs + toMs, failing };
  if (!("factor" in fault)) return { fault: told };
  // As an analysis sees it: by the second, on average by a factor. In some of them even p95 may be none of the slowest.
  const seconds = Array.from({ length: Math.floor((toMs - fromMs) / 1000) }, (_, i) =>
    latencies(undisturbed, told.fromMs + i * 1000, told.fromMs + (i + 1) * 1000),
  );
  const slowed = seconds.map((tookMs) => tookMs.map((ms) => slowedBy(fault, ms)).sort((a, b) => a - b));
  const riseOf = (share: number): number => {
    const usual = seconds.map((tookMs) => percentile(tookMs, share));
    return median(usual) * Math.expm1(mean(usual.map((ms, i) => Math.log(percentile(slowed[i]!, share) / ms))));
  };
  return { fault: { ...told, riseMs: { p95: riseOf(0.95), p99: riseOf(0.99) } } };
}

type Slower = Extract<Planted, { factor: number }>;
const slowedBy = ({ kind, factor, tailMs }: Slower, tookMs: number): number =>
  kind === "slower" || tookMs > tailMs ? factor * tookMs : tookMs;

/** Latencies of a stretch in ms, the shortest first. */
function latencies(samples: readonly Sample[], fromMs: number, toMs: number): number[] {
  return samples
    .filter(({ habit, dueMs }) => habit !== "canary" && dueMs >= fromMs && dueMs < toMs)
    .map(({ durationMs, waitedMs = 0 }) => durationMs - waitedMs)
    .sort((a, b) => a - b);
}

const percentile = (sorted: readonly number[], share: number): number => sorted[Math.floor(share * sorted.length)] ?? 0;

/** What becomes of a request under a fault. */
export function meet(fault: Planted, habit: Habit, pod: number, dueMs: number, trip: Trip, random: Random): Trip {
  const { sentMs, answeredMs } = trip;
  const { fromMs, toMs } = fault;
  const within = sentMs >= fromMs && sentMs < toMs;
  const inFlight = sentMs < fromMs && answeredMs > fromMs;
  if (!within && !inFlight) return trip;
  const took = answeredMs - sentMs;
  if ("factor" in fault) {
    return within ? { ...trip, answeredMs: sentMs + slowedBy(fault, took) } : trip;
  }
  if (fault.pod !== undefined && fault.pod !== pod) return trip;
  const quickMs = sentMs + 0.2 + 0.5 * random.next();
  switch (fault.kind) {
    case "refused":
      return within ? { ...trip, outcome: "refused", answeredMs: quickMs } : trip;
    case "http-5xx":
      return within ? { ...trip, outcome: "http-5xx", answeredMs: quickMs } : trip;
    case "reset":
      return { ...trip, outcome: "reset", answeredMs: within ? quickMs : fromMs + 0.2 };
    case "timeout":
      return within ? { ...trip, outcome: "timeout", answeredMs: dueMs + requestTimeoutMs } : trip;
    case "freeze":
      return { ...trip, answeredMs: toMs + (within ? took : answeredMs - fromMs) };
    case "drop": {
      const lostMs = within ? sentMs : fromMs;
      const again = through(lostMs, toMs, within && habit === "fresh" ? 1000 : 200);
      const lateMs = again + (within ? took : answeredMs - fromMs);
      return lateMs - dueMs > requestTimeoutMs
        ? { ...trip, outcome: "timeout", answeredMs: dueMs + requestTimeoutMs }
        : { ...trip, answeredMs: lateMs };
    }
  }
}

/** When a packet first sent at `sentMs` gets through: sent again after `firstMs`, then waiting twice as long each time. */
function through(sentMs: number, endMs: number, firstMs: number): number {
  let after = 0;
  for (let wait = firstMs; sentMs + after < endMs; wait *= 2) after += wait;
  return sentMs + after;
}
