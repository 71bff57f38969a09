import { limits } from "./limits.ts";
import { rateRise } from "./statistics.ts";
import type { LatencyShift, Measurement, Verdict } from "./verdict-schema.ts";
import { latency, number, percent, span } from "./words.ts";

/** What the two runs show against the budgets. */
export interface Evidence {
  /** Budgets that the upgrade broke. */
  readonly broken: readonly string[];
  /** What got worse within the budgets, beyond the baseline's noise. */
  readonly worse: readonly string[];
  /** Why the baseline cannot be compared with. */
  readonly baselineFaults: readonly string[];
}

type Judged = Pick<Verdict, "objectives" | "baseline" | "upgrade" | "latency">;

/**
 * Holds both runs against the budgets. A budget that the baseline breaks too is only broken by the upgrade if the upgrade is
 * worse than the baseline; either way the baseline is reported as unfit, for the service was not well to begin with.
 *
 * @param longest the longest evident interruption of each run, in ms; 0 for none
 * @param interruptions what the upgrade's evident interruptions were, in words
 */
export function weigh(judged: Judged, longest: { baseline: number; upgrade: number }, interruptions: string): Evidence {
  const { objectives, baseline, upgrade } = judged;
  const broken: string[] = [];
  const worse: string[] = [];
  const baselineFaults: string[] = [];
  const rise = rateRise(baseline.failed, baseline.requests, upgrade.failed, upgrade.requests);

  if (longest.baseline > objectives.maxOutageMs)
    baselineFaults.push(
      `the baseline was interrupted for ${span(longest.baseline)} before anything was upgraded (budget ${span(objectives.maxOutageMs)}): look after the service first`,
    );
  if (longest.upgrade > objectives.maxOutageMs && longest.upgrade > longest.baseline)
    broken.push(`${interruptions} (budget ${span(objectives.maxOutageMs)})`);
  else if (longest.upgrade > limits.beyondBaseline * longest.baseline)
    worse.push(`${interruptions}, within the budget of ${span(objectives.maxOutageMs)}`);

  const ratios = `${failedText(upgrade)}, in the baseline ${number(baseline.failed)} of ${number(baseline.requests)}`;
  if (baseline.errorRatio > objectives.maxErrorRatio)
    baselineFaults.push(
      `${failedText(baseline)} in the baseline before anything was upgraded (budget ${percent(objectives.maxErrorRatio)}): look after the service first`,
    );
  const overBudget = upgrade.errorRatio > objectives.maxErrorRatio;
  if (overBudget && (baseline.errorRatio <= objectives.maxErrorRatio || rise < limits.errorSignificance))
    broken.push(`${ratios} (budget ${percent(objectives.maxErrorRatio)})`);
  else if (rise < limits.errorSignificance) worse.push(`${ratios}: more than the baseline's noise explains`);

  const whole = judged.latency.p99;
  if (whole?.real && exceeds(whole, objectives)) broken.push(latencyText(whole, objectives));
  else if (whole?.real) worse.push(latencyText(whole, objectives));
  else if (judged.latency.parts.length > 0) {
    const largest = judged.latency.parts.reduce((a, b) => (b.shiftMs > a.shiftMs ? b : a));
    worse.push(latencyText(largest, objectives));
  } else if (broken.length + worse.length === 0) {
    // Interruptions raise it too, but have been told already.
    const { baselineMs, upgradeMs, canaryBaselineMs, canaryUpgradeMs, noiseMs } = judged.latency.pooledP99;
    const riseMs =
      upgradeMs - baselineMs - limits.canaryFactor * Math.max(0, canaryUpgradeMs - canaryBaselineMs) - noiseMs;
    if (riseMs > objectives.maxP99IncreaseMs && riseMs > (objectives.maxP99IncreasePercent * baselineMs) / 100)
      worse.push(
        `p99 over all requests is ${latency(upgradeMs)} ms, in the baseline ${latency(baselineMs)} ms: ${howLong(whole, riseMs)}`,
      );
  }
  return { broken, worse, baselineFaults };
}

/** A rise over all requests that is not one of the usual second, as far as that is known. */
function howLong(whole: LatencyShift | null, riseMs: number): string {
  if (whole === null) return "there are too few seconds to tell whether it was so all the time";
  if (whole.shiftMs > riseMs / 2)
    return `in the usual second it rose by ${latency(whole.shiftMs)} ms, which so short a baseline does not tell from noise`;
  return "a short pain, while the usual second is as before";
}

/** Does the rise that the canary does not share exceed both budgets, in ms and in percent? */
function exceeds(shift: LatencyShift, budget: { maxP99IncreaseMs: number; maxP99IncreasePercent: number }): boolean {
  const riseMs = shift.shiftMs - limits.canaryFactor * shift.canaryShiftMs;
  return riseMs > budget.maxP99IncreaseMs && riseMs > (budget.maxP99IncreasePercent * shift.baselineMs) / 100;
}

const failedText = (run: Measurement): string =>
  `${percent(run.errorRatio)} of requests failed (${number(run.failed)} of ${number(run.requests)})`;

const againstText: Readonly<Record<LatencyShift["against"], string>> = {
  baseline: "",
  surroundings: ", against the seconds before and after",
  median: ", while the median did not rise as much",
};

function latencyText(shift: LatencyShift, budget: { maxP99IncreaseMs: number; maxP99IncreasePercent: number }): string {
  const canary = shift.canaryShiftMs > 0 ? `, the canary's by ${latency(shift.canaryShiftMs)} ms` : "";
  const against = againstText[shift.against];
  return `${shift.percentile} rose by ${latency(shift.shiftMs)} ms from ${latency(shift.baselineMs)} ms in ${shift.where}${against}${canary} (budget ${budget.maxP99IncreaseMs} ms and ${budget.maxP99IncreasePercent} %, the baseline's own noise ${latency(shift.noiseMs)} ms)`;
}
