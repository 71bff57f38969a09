/** Reads or judges files in a process of its own, so that its memory is its own: `json FILE`, `samples DIR`, `judge DIR`. */
import { judge } from "../../analysis/judge.ts";
import { readLoadRun } from "../../rehearsal/load-run.ts";
import { Run } from "../../rehearsal/run.ts";
import { input } from "../../test/unit/analysis/synthetic.ts";
import { readJson } from "./read-json.ts";

/** What a child measured. */
export interface Measured {
  readonly requests: number;
  readonly ms: number;
  /** Peak of the whole process. */
  readonly peakMiB: number;
}

async function work(what: string, path: string): Promise<number> {
  if (what === "json") return (await readJson(path)).length;
  const run = new Run("bench", path);
  if (what === "samples") return (await readLoadRun(run, "upgrade")).samples.length;
  const [baseline, upgrade] = [await readLoadRun(run, "baseline"), await readLoadRun(run, "upgrade")];
  const verdict = judge(input({ baseline, upgrade, events: [] }));
  if (verdict.upgrade.requests === 0) throw new Error("nothing was judged");
  return baseline.samples.length + upgrade.samples.length;
}

const [what = "", path = ""] = process.argv.slice(2);
const start = performance.now();
const requests = await work(what, path);
const measured: Measured = {
  requests,
  ms: performance.now() - start,
  peakMiB: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(JSON.stringify(measured));
