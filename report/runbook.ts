import type { ReportData } from "./data.ts";

/** The upgrade of production step by step, as Markdown. */
export function renderRunbook(data: ReportData): string {
  return data.verdict.run;
}
