// A step in miniature for the tests to stop: runs a program that ends a moment after SIGINT, or not at all.
import { run } from "../../../rehearsal/exec.ts";
import { messageOf } from "../../../rehearsal/errors.ts";
import { handleSignals } from "../../../rehearsal/interrupt.ts";

handleSignals();
const stubborn = process.argv[2] === "stubborn";
const script = `
  const { spawn } = require("node:child_process");
  const child = spawn("sleep", ["300"]);
  process.on("SIGINT", () => { console.log("sigint"); if (!${stubborn}) setTimeout(() => process.exit(0), 300); });
  setInterval(() => {}, 1000);
  console.log("pids " + process.pid + " " + child.pid);`;
try {
  await run({
    file: process.execPath,
    args: ["-e", script],
    cluster: "mirror",
    timeLimitMs: 60_000,
    onLine: (line) => process.stdout.write(`${line}\n`),
  });
} catch (error) {
  process.stdout.write(`thrown ${messageOf(error).split("\n")[0] ?? ""}\n`);
  process.exit(130);
}
