import type { Evidence } from "./evidence.ts";
import { fidelityFaults } from "./fidelity.ts";
import type { JudgeInput } from "./judge-input.ts";
import type { Blocker, CanaryReport, Measurement, VerdictName } from "./verdict-schema.ts";
import { count, number, percent, sightText } from "./words.ts";

export interface Grounds {
  readonly input: JudgeInput;
  readonly evidence: Evidence;
  readonly blockers: readonly Blocker[];
  readonly measured: { readonly baseline: Measurement; readonly upgrade: Measurement };
  /** Why the measurement is not good enough to say that nothing happened. */
  readonly soundFaults: readonly string[];
  /** Of the upgrade. */
  readonly canary: CanaryReport;
  /** What would have been seen, in ms: failures, and silences. */
  readonly limits: { readonly failingMs: number; readonly silenceMs: number | null };
}

/**
 * The rules, the first that holds:
 *
 * 1. UNSAFE: the roll did not finish or only with help, the upgrade did not land, or the checklist fails, whatever the
 *    measurement. A roll that something outside of the upgrade stopped (AWS had no instances) is rule 3.
 * 2. UNSAFE: a budget is broken in what was measured while the canary was clean (all else was taken out before), even
 *    when other parts of the measurement are missing: what was seen was seen. Without any canary it could have been the
 *    tester, which is rule 3.
 * 3. INCONCLUSIVE: the measurement cannot tell, or the baseline itself broke a budget, or the mirror lacks something of
 *    production's that an upgrade changes and that nobody waived.
 * 4. DEGRADED: within the budgets, but worse than the baseline beyond its own noise.
 * 5. SAFE.
 *
 * Reasons of the rules below the one that holds follow, so that nothing that is known is left out.
 */
export function decide(grounds: Grounds): { verdict: VerdictName; reasons: string[] } {
  const { evidence } = grounds;
  const halted = haltedRoll(grounds);
  const outside = grounds.input.roll.notTheUpgrade === true;
  const failed = [...(outside ? [] : halted), ...helped(grounds), ...failedChecks(grounds)];
  const canarySeen = grounds.canary.requests > 0;
  const seen = canarySeen ? evidence.broken : [];
  const unclear = [
    ...(outside ? halted : []),
    ...(canarySeen ? [] : evidence.broken),
    ...grounds.soundFaults,
    ...evidence.baselineFaults,
    ...fidelityFaults(grounds.input.config.fidelity ?? null),
  ];
  const reasons = [...failed, ...seen, ...unclear, ...evidence.worse].map(capitalise);
  if (failed.length + seen.length > 0) return { verdict: "UNSAFE", reasons };
  if (unclear.length > 0) return { verdict: "INCONCLUSIVE", reasons };
  if (evidence.worse.length > 0) return { verdict: "DEGRADED", reasons: [...reasons, ...leftOut(grounds)] };
  return { verdict: "SAFE", reasons: good(grounds).map(capitalise) };
}

function haltedRoll({ input, blockers }: Grounds): string[] {
  const reasons: string[] = [];
  if (!input.roll.ok) {
    const cause = blockers.filter((blocker) => blocker.kind !== "step-failed").map(blockerText);
    reasons.push(...cause, `the roll did not finish: ${input.roll.error ?? "no cause was given; see the log of kops"}`);
  }
  const { landed, nodes, pendingChanges } = input.landed;
  if (!landed) {
    const behind = nodes.filter((node) => node.kubeletVersion.replace(/^v/, "") !== input.config.toVersion);
    const what = [
      ...(nodes.length === 0 ? ["no node was found"] : []),
      ...(behind.length > 0
        ? [
            `${behind.length} of ${count(nodes.length, "node")} not on ${input.config.toVersion} (${list(behind.map((node) => `${node.name}: ${node.kubeletVersion}`))})`,
          ]
        : []),
      ...(pendingChanges.length > 0 ? [`kops would still change ${list(pendingChanges)}`] : []),
    ];
    reasons.push(`the upgrade did not land: ${what.join("; ") || "kops does not report the cluster as upgraded"}`);
  }
  return reasons;
}

const failedChecks = ({ input }: Grounds): string[] =>
  input.checklist.filter(({ ok }) => !ok).map(({ name, detail }) => `checklist: ${name}: ${detail}`);

/** What the rehearsal itself had to do: without it, this roll would have halted, and production's will. */
const helped = ({ input }: Grounds): string[] =>
  input.events
    .filter(({ kind }) => kind === "unblocked")
    .map(({ message }) => `the roll did not go on by itself: the rehearsal ${message}`);

function blockerText(blocker: Blocker): string {
  const node = blocker.node === null ? "" : ` on node ${blocker.node}`;
  const pod = blocker.pod === null ? "" : ` of pod ${blocker.pod}`;
  switch (blocker.kind) {
    case "eviction-refused":
      // The message often names all three already.
      if (blocker.message.includes(blocker.pod ?? "?") && blocker.message.includes(blocker.node ?? "?"))
        return blocker.message;
      return `the eviction${pod}${node} was refused: ${blocker.message}`;
    case "node-missing":
      return `instance ${blocker.node ?? "(unknown)"} was launched and never became a ready node (${blocker.message})`;
    case "validation-failed":
      return `the cluster does not validate${pod === "" ? "" : ` because${pod}`}${node}: ${blocker.message}`;
    case "drain-waiting":
    case "launch-failed":
    case "step-failed":
      return blocker.message;
  }
}

/** What a verdict that finds nothing broken does not speak of. */
function leftOut({ canary }: Grounds): string[] {
  const { excludedRequests, excludedFailures, excludedWindows, windows } = canary;
  if (excludedRequests === 0) return [];
  return [
    `Not judged: ${count(excludedRequests, "request")} (${number(excludedFailures)} failed) in ${count(excludedWindows, "window")} of ${number(windows)}, in which the canary failed, stalled or was silent: the tester itself was in trouble`,
  ];
}

function good(grounds: Grounds): string[] {
  const { input, measured, limits } = grounds;
  const { baseline, upgrade } = measured;
  const failed =
    upgrade.failed === 0
      ? `none of ${count(upgrade.requests, "request")} failed during the upgrade`
      : `${number(upgrade.failed)} of ${count(upgrade.requests, "request")} failed during the upgrade (${percent(upgrade.errorRatio)}), which the baseline's noise explains (${number(baseline.failed)} of ${number(baseline.requests)})`;
  return [
    `${failed}; ${sightText(limits.failingMs, limits.silenceMs)}`,
    ...leftOut(grounds),
    `all ${count(input.landed.nodes.length, "node")} run ${input.config.toVersion}, and kops proposes no further change`,
    ...(input.checklist.length === 0 ? [] : [`${input.checklist.length} of ${input.checklist.length} checks passed`]),
  ];
}

const list = (items: readonly string[]): string =>
  items.length <= 5 ? items.join(", ") : `${items.slice(0, 5).join(", ")} and ${items.length - 5} more`;

/** Percentiles keep their small letter. */
const capitalise = (text: string): string =>
  /^p\d/.test(text) ? text : text.slice(0, 1).toUpperCase() + text.slice(1);
