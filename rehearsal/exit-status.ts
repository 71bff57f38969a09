import type { VerdictName } from "../analysis/verdict-schema.ts";

/** Exit statuses of `rehearsal`; a verdict's own ones are given by `gate` and by whatever shows a verdict. */
export const exitStatus = {
  SAFE: 0,
  /** The tool itself failed; the message names the log. */
  failure: 1,
  /** Wrong usage, wrong settings, or a run that does not exist. */
  usage: 2,
  DEGRADED: 10,
  UNSAFE: 11,
  INCONCLUSIVE: 12,
  /** The verdict is accepted, but no longer holds: too old, or something has changed since. */
  stale: 13,
  /** Preflight found errors that nobody has accepted; nothing was created. */
  preflight: 14,
  /** Stopped by SIGINT or SIGTERM at a safe point; running it again goes on from there. */
  interrupted: 130,
} as const satisfies Record<VerdictName | "failure" | "usage" | "stale" | "preflight" | "interrupted", number>;

/** The status for a verdict when the caller accepts the verdicts `accepted`: 0 if it is one of them, else its own. */
export function verdictStatus(verdict: VerdictName, accepted: readonly VerdictName[] = ["SAFE"]): number {
  if (accepted.includes(verdict)) return 0;
  // Whoever leaves SAFE out still must not get 0 for it.
  return verdict === "SAFE" ? exitStatus.failure : exitStatus[verdict];
}

/** For `--help`. */
export const exitStatusHelp = `Exit statuses:
  0    done; for gate: the verdict is accepted
  1    the tool failed; the message names the log
  2    wrong usage or settings, or no such run
  10   DEGRADED and not accepted (gate)
  11   UNSAFE and not accepted (gate)
  12   INCONCLUSIVE and not accepted (gate)
  13   the verdict no longer holds (gate)
  14   preflight found errors that are not accepted; nothing was created
  130  stopped by a signal; the same command goes on from there`;
