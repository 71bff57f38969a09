import { readdirSync, readFileSync } from "node:fs";
import type { Clone } from "./clone.ts";

/** Processes that run for this clone, by the path of their program and their command line. */
export function processesOf({ dir }: Pick<Clone, "dir">, program: RegExp, command = /./): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        if (!program.test(`/${words[0] ?? ""}`) || !command.test(words.join(" "))) return false;
        return readFileSync(`/proc/${pid}/environ`, "utf8").includes(dir);
      } catch {
        return false; // gone by now
      }
    })
    .map(Number);
}
