import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { calibration } from "./calibration.ts";
import { journal } from "./journal.ts";
import { load } from "./load.ts";
import { preview } from "./preview.ts";
import { rehearsal } from "./rehearsal.ts";
import { resume } from "./resume.ts";
import { samples } from "./samples.ts";

const project = join(dirname(fileURLToPath(import.meta.url)), "..");
const benchmarks: Record<string, (project: string, options: readonly string[]) => Promise<string>> = {
  calibration,
  journal,
  load,
  preview,
  rehearsal,
  resume,
  samples,
};

// Options follow the names: `calibration --cases 20`.
const given = process.argv.slice(2);
const firstOption = given.findIndex((argument) => argument.startsWith("-"));
const wanted = firstOption === -1 ? given : given.slice(0, firstOption);
const options = firstOption === -1 ? [] : given.slice(firstOption);
const unknown = wanted.filter((name) => !(name in benchmarks));
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(", ")}; there are ${Object.keys(benchmarks).join(", ")}`);
  process.exit(2);
}
for (const [name, benchmark] of Object.entries(benchmarks)) {
  if (wanted.length === 0 || wanted.includes(name)) console.log(`${await benchmark(project, options)}\n`);
}
