import type { Verdict } from "../../analysis/verdict-schema.ts";
import { renderTerminal } from "../../report/terminal.ts";
import type { Run } from "../run.ts";

/** A verdict for standard output. */
export function showVerdict(verdict: Verdict, run: Run, output: "text" | "json"): string {
  if (output === "json") return `${JSON.stringify(verdict, undefined, 2)}\n`;
  const color = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
  const text = renderTerminal(verdict, { report: run.path("report.html"), runbook: run.path("runbook.md"), color });
  return text.endsWith("\n") ? text : `${text}\n`;
}
