import { parseArgs } from "node:util";
import { classes } from "./calibration/case.ts";
import type { Case, CaseClass } from "./calibration/case.ts";
import { defaults } from "./calibration/judged.ts";
import { casesOf } from "./calibration/live/cases.ts";
import { readRecording, record } from "./calibration/live/record.ts";
import { slotsOf } from "./calibration/live/slots.ts";
import { Random } from "./calibration/random.ts";
import { replay, tapeOf } from "./calibration/replay.ts";
import type { Tape } from "./calibration/replay.ts";
import { synthesise } from "./calibration/synthetic.ts";
import { tally } from "./calibration/tally.ts";

/**
 * How often a verdict is wrong.
 *
 * - `npm run bench -- calibration [--cases 100] [--seed 1] [--class none]`: on synthesised streams; each seed is a service,
 *   noise and fault of its own.
 * - `npm run bench -- calibration --live FOLDER --class total --class partial [--seed 1] [--baseline 300] [--seconds 250]`: on
 *   requests that k6 sends to three targets behind the lab's load balancer, with faults of these classes in turn at moments
 *   that the seed says; what was measured is kept in FOLDER.
 * - `npm run bench -- calibration --recording FOLDER`: judges what was kept once more.
 * - `npm run bench -- calibration --replay FOLDER [--cases 100] [--seed 1] [--class none]`: on random blocks of what was
 *   recorded there without any fault, with faults put into them.
 */
export async function calibration(project: string, args: readonly string[] = []): Promise<string> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: "string", default: "100" },
      seed: { type: "string", default: "1" },
      class: { type: "string", multiple: true, default: [...classes] },
      live: { type: "string" },
      recording: { type: "string" },
      replay: { type: "string" },
      baseline: { type: "string", default: String(defaults.baselineSeconds) },
      seconds: { type: "string", default: "250" },
    },
  });
  const [cases, seed] = [Number(values.cases), Number(values.seed)];
  const wanted = values.class.map(classNamed);
  if (values.live !== undefined) {
    const slots = slotsOf(wanted, new Random(seed), Number(values.seconds));
    await record(project, seed, Number(values.baseline), slots, values.live);
  }
  const folder = values.live ?? values.recording;
  if (folder !== undefined) {
    const { recording, samples } = await readRecording(folder);
    const title = `calibration live, ${recording.slots.length} slots, seed ${recording.seed}`;
    const recorded = classes.filter((what) => recording.slots.some((slot) => slot.class === what));
    return told(title, new Map(recorded.map((what) => [what, () => casesOf(what, recording, samples)])));
  }
  const tape = values.replay === undefined ? undefined : await readTape(values.replay);
  const one = (what: CaseClass, of: number): Case =>
    tape === undefined ? synthesise(what, of) : replay(tape, what, of);
  const title = `calibration on ${tape === undefined ? "synthesised streams" : `the recording ${values.replay}`}, ${cases} cases of each class from seed ${seed} on`;
  const make = (what: CaseClass) => (): Case[] => Array.from({ length: cases }, (_, i) => one(what, seed + i));
  return told(title, new Map(wanted.map((what) => [what, make(what)])));
}

async function readTape(folder: string): Promise<Tape> {
  const { recording, samples } = await readRecording(folder);
  if (recording.slots.some(({ fault }) => fault !== undefined))
    throw new Error(`${folder} was recorded with faults: only one without can be replayed`);
  const fromMs = recording.startMs + defaults.warmupSeconds * 1000;
  return tapeOf(samples, fromMs, recording.slots.at(-1)?.toMs ?? recording.baselineEndMs);
}

function classNamed(name: string): CaseClass {
  const found = classes.find((what) => what === name);
  if (found === undefined) throw new Error(`no class ${name}; there are ${classes.join(", ")}`);
  return found;
}

/** What each class shows is said as soon as it is known, for it takes minutes. */
function told(title: string, makers: ReadonlyMap<CaseClass, () => Case[]>): string {
  const lines = [title];
  for (const [what, make] of makers) {
    const shown = tally(what, make());
    for (const line of shown) console.error(line);
    lines.push(...shown);
  }
  return lines.join("\n");
}
