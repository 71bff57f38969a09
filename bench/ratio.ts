import { median, quantile } from "simple-statistics";

/** A ratio of two things measured in turn within one run, so that the machine's own drift cancels out. */
export interface Ratio {
  readonly name: string;
  /** What was measured and with which command, for the reader. */
  readonly a: string;
  readonly b: string;
  readonly unit: string;
  readonly valuesA: readonly number[];
  readonly valuesB: readonly number[];
  /** The ratio A/B that is aimed for, e.g. `at most 1.05`. */
  readonly goal: string;
}

/** Measures A and B in turn, `runs` times each, A B A B …, after one uncounted run of each. */
export async function inTurn(
  runs: number,
  a: () => Promise<number>,
  b: () => Promise<number>,
  warmup = true,
): Promise<{ valuesA: number[]; valuesB: number[] }> {
  if (warmup) {
    await a();
    await b();
  }
  const valuesA: number[] = [];
  const valuesB: number[] = [];
  for (let run = 0; run < runs; run++) {
    valuesA.push(await a());
    valuesB.push(await b());
  }
  return { valuesA, valuesB };
}

/** Milliseconds that `action` takes. */
export async function elapsedMs(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

/** One readable block: both medians with their range, and the median of the pairwise ratios. */
export function renderRatio(ratio: Ratio): string {
  const pairs = ratio.valuesA.map((value, index) => value / (ratio.valuesB[index] ?? Number.NaN));
  return [
    `${ratio.name}: ${median(pairs).toFixed(3)} (pairs ${range(pairs, 3)}; goal ${ratio.goal})`,
    `  A ${ratio.a}: median ${median([...ratio.valuesA]).toFixed(1)} ${ratio.unit} (${range(ratio.valuesA, 1)})`,
    `  B ${ratio.b}: median ${median([...ratio.valuesB]).toFixed(1)} ${ratio.unit} (${range(ratio.valuesB, 1)})`,
  ].join("\n");
}

function range(values: readonly number[], digits: number): string {
  return `${quantile([...values], 0).toFixed(digits)}-${quantile([...values], 1).toFixed(digits)}`;
}
