import { readFileSync } from "node:fs";

/** State and start time of a process from /proc, empty where there is none: no such process, or not Linux. */
function processStat(pid: number): { state: string; startTime: string } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the command's name in parentheses and may hold anything, spaces included.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", startTime: fields[19] ?? "" };
  } catch {
    return { state: "", startTime: "" };
  }
}

/**
 * The kernel's start time of a process in clock ticks since boot: together with the id it names a process for good,
 * for ids are used again. Empty when there is no such process, or no /proc on this system.
 */
export const processStartTime = (pid: number): string => processStat(pid).startTime;

/** Whether this very process still runs; without a known start time the id alone has to do. */
export function isAlive(pid: number, startTime: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process refuses the signal, but exists; the start time tells whose it is.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const now = processStat(pid);
  // A zombie is dead, only not yet collected; in a container without an init process it stays one.
  if (now.state === "Z" || now.state === "X") return false;
  return startTime === "" || now.startTime === "" || now.startTime === startTime;
}
