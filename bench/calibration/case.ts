import type { Verdict } from "../../analysis/verdict-schema.ts";
import { defaults, loadRun, verdictOf } from "./judged.ts";
import { kinds } from "./plant.ts";
import type { Planted } from "./plant.ts";
import { Random } from "./random.ts";
import { anyService } from "./service.ts";
import { stream } from "./stream.ts";

/** What is planted into a synthesised upgrade. */
export const classes = ["none", "total", "partial", "rise"] as const;
export type CaseClass = (typeof classes)[number];

/** One pair of a baseline and an upgrade, judged. */
export interface Case {
  readonly seed: number;
  readonly fault: Planted | undefined;
  readonly verdict: Verdict;
  readonly upgradeStartMs: number;
}

const upgradeSeconds = 600;
const day = 86_400_000;

/** Another service, other noise, and another fault for each seed; always the same for the same seed. */
export function makeCase(what: CaseClass, seed: number): Case {
  const random = new Random(seed * 7919 + classes.indexOf(what));
  const service = anyService(random);
  const dayPhase = random.between(0, 2 * Math.PI);
  const startMs = Date.UTC(2026, 0, 1);
  const { baselineSeconds, warmupSeconds } = defaults;
  const before = stream({ seed: random.seed(), service, startMs, seconds: baselineSeconds, dayPhase });
  const upgradeStartMs = startMs + baselineSeconds * 1000 + 30_000;
  const tookMs = before.filter(({ habit }) => habit !== "canary").map(({ durationMs }) => durationMs);
  const tailMs = tookMs.sort((a, b) => a - b)[Math.floor(0.9 * tookMs.length)]!;
  const fault = planted(what, random, tailMs);
  const during = stream({
    seed: random.seed(),
    service,
    startMs: upgradeStartMs,
    seconds: upgradeSeconds,
    dayPhase: dayPhase + (2 * Math.PI * (upgradeStartMs - startMs)) / day,
    faults: fault === undefined ? [] : [fault],
  });
  const verdict = verdictOf(
    loadRun(before, startMs, startMs + baselineSeconds * 1000),
    loadRun(during, upgradeStartMs, upgradeStartMs + upgradeSeconds * 1000),
    warmupSeconds,
  );
  return { seed, fault, verdict, upgradeStartMs };
}

function planted(what: CaseClass, random: Random, tailMs: number): Planted | undefined {
  const fromMs = random.between(15_000, upgradeSeconds * 1000 - 45_000);
  switch (what) {
    case "none":
      return undefined;
    case "total":
      return { kind: random.pick(kinds), fromMs, toMs: fromMs + random.logBetween(100, 5000) };
    case "partial":
      return { kind: random.pick(kinds), fromMs, toMs: fromMs + random.logBetween(300, 5000), pod: 1 };
    case "rise":
      return { kind: random.pick(["slower", "slower-tail"]), fromMs, toMs: fromMs + 30_000, factor: 1.2, tailMs };
  }
}
