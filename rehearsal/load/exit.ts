import { loadExits, type LoadExit } from "../../analysis/load-run.ts";
import type { RunnerEnd } from "./generator.ts";

/**
 * What k6's exit status means (`errext/exitcodes` in k6).
 *
 * @param code undefined when a signal ended k6
 * @param stopped true when we asked it to end
 */
export function loadExit(code: number | undefined, stopped: boolean): LoadExit {
  switch (code) {
    case 0:
      return "finished";
    case 99: // a threshold was crossed: data
      return "thresholds";
    case 105: // SIGINT, SIGTERM
      return stopped ? "finished" : "aborted";
    case 103: // stopped over its REST API
    case 108: // test.abort()
      return "aborted";
    case undefined: // a signal
    default: // 104 wrong configuration, 107 exception in the script, 109 panic, ...
      return "failed";
  }
}

/** The process that ended worst, and how; they are the first's when all ended well. */
export function worstEnd(ends: readonly RunnerEnd[], stopped: boolean): { end: RunnerEnd; exitClass: LoadExit } {
  const judged = ends.map((end) => ({ end, exitClass: loadExit(end.exitCode, stopped) }));
  return judged.reduce((a, b) => (loadExits.indexOf(b.exitClass) > loadExits.indexOf(a.exitClass) ? b : a));
}
