import { parseArgs } from "node:util";
import { classes, makeCase } from "./calibration/case.ts";
import { tally } from "./calibration/tally.ts";

/**
 * How often a verdict is wrong, on streams that are synthesised: `npm run bench -- calibration [--cases 100] [--seed 1] [--class none]`.
 * Each case has a service, noise and fault of its own; a seed that is named in the output gives the same case again.
 */
export function calibration(_project: string, args: readonly string[] = []): Promise<string> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: "string", default: "100" },
      seed: { type: "string", default: "1" },
      class: { type: "string", multiple: true },
    },
  });
  const [cases, seed] = [Number(values.cases), Number(values.seed)];
  const lines = [`calibration on synthesised streams, ${cases} cases of each class from seed ${seed} on`];
  const unknown = values.class?.find((name) => !classes.some((what) => what === name));
  if (unknown !== undefined) throw new Error(`no class ${unknown}; there are ${classes.join(", ")}`);
  for (const what of classes) {
    if (values.class?.includes(what) === false) continue;
    const all = Array.from({ length: cases }, (_, i) => makeCase(what, seed + i));
    const told = tally(what, all);
    for (const line of told) console.error(line);
    lines.push(...told);
  }
  return Promise.resolve(lines.join("\n"));
}
