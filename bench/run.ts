import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { load } from "./load.ts";
import { preview } from "./preview.ts";
import { rehearsal } from "./rehearsal.ts";

const project = join(dirname(fileURLToPath(import.meta.url)), "..");
const benchmarks: Record<string, (project: string) => Promise<string>> = { load, preview, rehearsal };

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in benchmarks));
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(", ")}; there are ${Object.keys(benchmarks).join(", ")}`);
  process.exit(2);
}
for (const [name, benchmark] of Object.entries(benchmarks)) {
  if (wanted.length === 0 || wanted.includes(name)) console.log(`${await benchmark(project)}\n`);
}
