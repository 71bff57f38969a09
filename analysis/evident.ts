import type { Outage, Verdict } from "./verdict-schema.ts";

/** The interruptions that count: those that the baseline's own failures do not explain. */
export function interruptions(verdict: Pick<Verdict, "outages" | "outagesOmitted">): {
  count: number;
  longest: Outage | undefined;
  minor: number;
} {
  const evident = verdict.outages.filter((outage) => outage.evident);
  const minor = verdict.outages.length - evident.length;
  return {
    // The evident ones are listed first.
    count: evident.length + (minor === 0 ? verdict.outagesOmitted : 0),
    longest: evident.reduce<Outage | undefined>(
      (most, outage) => (most === undefined || outage.durationMs > most.durationMs ? outage : most),
      undefined,
    ),
    minor,
  };
}
