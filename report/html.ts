import type { ReportData } from "./data.ts";

/** The report as one self-contained HTML file. */
export function renderHtml(data: ReportData): string {
  return data.verdict.run;
}
