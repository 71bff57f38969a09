// Kills what a process leaves behind, its supervisor from here on. The supervisor registers its children over this process's standard input,
// one line each: `+PID START` when one starts, `-PID` when it is gone. The end of the input means that the supervisor
// is gone, however that came about, for the kernel closes its pipes even after SIGKILL.
// Plain JavaScript and small: it must start at once and have nothing in it that can fail.
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const owner = process.argv[2];
const registered = new Map();

/** The kernel's start time of a process, which tells it from a later one with the same id; "" where there is no /proc. */
function startTime(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return "";
  }
}

function kill(pid, what) {
  try {
    process.kill(pid, "SIGKILL");
    console.log(`${new Date().toISOString()} killed ${what} ${Math.abs(pid)}`);
  } catch (error) {
    if (error.code !== "ESRCH") console.log(`${new Date().toISOString()} could not kill ${what} ${pid}: ${error}`);
  }
}

/** Processes that carry this supervisor's mark in their environment: also those that left their process group. */
function marked() {
  if (owner === undefined) return [];
  let entries = [];
  try {
    entries = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  } catch {
    return []; // no /proc on this system: the process groups are all that is known
  }
  return entries.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(`REHEARSAL_LAB_OWNER=${owner}`);
    } catch {
      return false; // gone by now, or somebody else's
    }
  });
}

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const [pid, start = ""] = line.slice(1).split(" ");
    if (line.startsWith("+")) registered.set(Number(pid), start);
    else registered.delete(Number(pid));
  })
  .on("close", () => {
    for (const [pid, start] of registered) {
      const now = startTime(pid);
      if (now === "" || start === "" || now === start) kill(-pid, "process group");
    }
    for (const pid of marked()) kill(Number(pid), "process");
    process.exit(0);
  });

// The supervisor ends this process by closing the pipe; nothing else may end it before its work is done.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
