import type { Outage, Verdict } from "../analysis/verdict-schema.ts";
import { number, span } from "../analysis/words.ts";

/** An interruption as a row of the report. */
export interface OutageRow {
  /** Since the upgrade's load began. */
  readonly after: string;
  readonly length: string;
  readonly bad: boolean;
  readonly what: string;
  readonly counts: string;
  readonly habit: string;
  /** Node and pod, or what kops was at. */
  readonly cause: string;
  readonly evidence: string;
}

/** More interruptions than this are only in `verdict.json`. */
const MOST_OUTAGES = 50;

/** The longest interruptions in order of time, and how many are left out. */
export function outageRows(verdict: Verdict, startMs: number): { outages: OutageRow[]; outagesMore: number } {
  const longest = [...verdict.outages].sort((a, b) => b.durationMs - a.durationMs).slice(0, MOST_OUTAGES);
  const rows = longest
    .sort((a, b) => (a.start < b.start ? -1 : 1))
    .map((outage) => ({ outage, cause: causeOf(outage) }))
    .map(({ outage, cause }) => ({
      after: span(Date.parse(outage.start) - startMs),
      length: span(outage.durationMs),
      bad: outage.durationMs > verdict.objectives.maxOutageMs,
      what: `${outage.kind}, ${outage.outcome}`,
      counts: `${number(outage.failedRequests + outage.stalledRequests)} of ${number(outage.requests)}`,
      habit: outage.habit,
      cause,
      evidence: evidence(outage, cause),
    }));
  return { outages: rows, outagesMore: verdict.outages.length + verdict.outagesOmitted - rows.length };
}

function causeOf({ phase, node, pod }: Outage): string {
  const parts = [...(pod === null ? [] : [`pod ${pod}`]), ...(node === null ? [] : [`node ${node}`])];
  if (parts.length > 0) return parts.join(" on ");
  return phase === null ? "not known" : `phase ${phase}`;
}

/** What it is put down to stands beside it, and is not named again. */
function evidence({ evidence, confidence, evident }: Outage, cause: string): string {
  const doubt = evident ? "" : "no more than the baseline's own failures explain";
  const text = evidence?.startsWith(`${cause} `) ? `it${evidence.slice(cause.length)}` : (evidence ?? "");
  return [doubt, text, confidence === "by time" ? "(a suspicion: by time only)" : ""]
    .filter((part) => part !== "")
    .join("; ")
    .replace("; (", " (");
}
