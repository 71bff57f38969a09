import { parseArgs } from "node:util";
import { classes } from "./calibration/case.ts";
import type { Case, CaseClass } from "./calibration/case.ts";
import { casesOf } from "./calibration/live/cases.ts";
import { readRecording, record } from "./calibration/live/record.ts";
import { slotsOf } from "./calibration/live/slots.ts";
import { Random } from "./calibration/random.ts";
import { synthesise } from "./calibration/synthetic.ts";
import { tally } from "./calibration/tally.ts";

/**
 * How often a verdict is wrong.
 *
 * - `npm run bench -- calibration [--cases 100] [--seed 1] [--class none]`: on synthesised streams; each seed is a service,
 *   noise and fault of its own.
 * - `npm run bench -- calibration --live FOLDER --class total [--seed 1] [--seconds 270]`: on requests that k6 sends to three
 *   targets behind the lab's load balancer, with faults at moments that the seed says; what was measured is kept in FOLDER.
 * - `npm run bench -- calibration --recording FOLDER`: judges what was kept once more.
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
      seconds: { type: "string", default: "270" },
    },
  });
  const [cases, seed] = [Number(values.cases), Number(values.seed)];
  const wanted = values.class.map(classNamed);
  if (values.live !== undefined) {
    const [what, ...more] = wanted;
    if (what === undefined || more.length > 0) throw new Error("--live takes one --class");
    await record(project, what, seed, slotsOf(what, new Random(seed), Number(values.seconds)), values.live);
  }
  const folder = values.live ?? values.recording;
  if (folder !== undefined) {
    const { recording, samples } = await readRecording(folder);
    const title = `calibration live, class ${recording.class}, seed ${recording.seed}`;
    return told(title, new Map([[recording.class, () => casesOf(recording, samples)]]));
  }
  const title = `calibration on synthesised streams, ${cases} cases of each class from seed ${seed} on`;
  const make = (what: CaseClass) => (): Case[] => Array.from({ length: cases }, (_, i) => synthesise(what, seed + i));
  return told(title, new Map(wanted.map((what) => [what, make(what)])));
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
