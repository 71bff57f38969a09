import type { Verdict } from "../verdict-schema.ts";
import type { Attempt } from "./attempt.ts";

/** What a search found; `search.json` fits. */
export interface SearchFound {
  readonly attempts: readonly Attempt[];
  readonly chosen: number;
  readonly ended: string | null;
  readonly remedies: readonly string[];
}

/** The search as `verdict.json` has it. */
export function searchReport(found: SearchFound): NonNullable<Verdict["search"]> {
  return {
    attempts: found.attempts.map(({ candidate, production, ...attempt }) => ({
      intervals: { controlPlane: candidate.controlPlane, node: candidate.node },
      postDrainDelay: candidate.postDrainDelay,
      maxSurge: candidate.maxSurge ?? null,
      verdict: attempt.verdict,
      longestMs: attempt.longestMs,
      interruptions: attempt.interruptions,
      p99Ms: attempt.p99Ms,
      failed: attempt.failed,
      requests: attempt.requests,
      mirrorMinutes: attempt.mirrorMinutes,
      productionMinutes: production.high,
    })),
    chosen: found.chosen,
    ended: found.ended ?? "it was interrupted",
    remedies: [...found.remedies],
  };
}

/** What the search adds to the reasons of the chosen roll's verdict. */
export function searchReasons({ attempts, chosen, ended, remedies }: SearchFound): string[] {
  const recommended = attempts[chosen];
  if (recommended === undefined) return [];
  const { controlPlane, node, postDrainDelay } = recommended.candidate;
  const pacing = `intervals ${controlPlane}/${node} and post-drain delay ${postDrainDelay}`;
  if (recommended.verdict === "SAFE")
    return attempts.length === 1
      ? []
      : [`Roll ${chosen + 1} of ${attempts.length}, with ${pacing}, is the quickest that disturbed nothing`];
  return [
    `The search for intervals ended after ${attempts.length === 1 ? "1 roll" : `${attempts.length} rolls`}: ${ended ?? "it was interrupted"}; ${pacing} disturbed least`,
    ...remedies.map((text) => `Change instead: ${text}`),
  ];
}
