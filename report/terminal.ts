import type { Verdict } from "../analysis/verdict-schema.ts";

export interface TerminalOptions {
  /** Where the report and the runbook were written, as they are to be shown. */
  readonly report: string;
  readonly runbook: string;
  /** Colour the verdict with ANSI codes; default false. */
  readonly color?: boolean;
}

/** The end of a run on one screen. */
export function renderTerminal(verdict: Verdict, options: TerminalOptions): string {
  return `${verdict.verdict} ${options.report}`;
}
