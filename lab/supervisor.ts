// The lab's daemon: `node --import tsx lab/supervisor.ts --config JSON`. Its standard output is the lab's log.
import { parseArgs } from "node:util";
import { startAws } from "./aws/start.ts";
import { labConfigSchema } from "./config.ts";
import { startNodes } from "./nodes/index.ts";
import { runLab } from "./run-lab.ts";

const { values } = parseArgs({ options: { config: { type: "string" } } });
const config = labConfigSchema.parse(JSON.parse(values.config ?? "null"));
const log = (part: string, message: string): void => console.log(`${new Date().toISOString()} ${part}: ${message}`);

const ending = new AbortController();
const end = (why: string): void => {
  if (!ending.signal.aborted) log("lab", `ending: ${why}`);
  ending.abort();
};
process.on("SIGTERM", () => end("SIGTERM"));
process.on("SIGINT", () => end("SIGINT"));
// Its terminal may go; a lab that is not owned stays.
process.on("SIGHUP", () => undefined);
if (config.owned) {
  process.stdin.on("error", () => end("its owner is gone")).on("end", () => end("its owner is gone"));
  process.stdin.resume();
}
process.on("uncaughtException", (error) => {
  log("lab", `failed: ${error.stack ?? error.message}`);
  process.exitCode = 1;
  end("a fault of its own");
});

try {
  await runLab(config, { startAws, startNodes }, log, ending.signal, end);
} catch (error) {
  log("lab", `failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exitCode = 1;
}
process.exit();
