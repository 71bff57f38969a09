import type { Verdict } from "../analysis/verdict-schema.ts";
import { count, minutesText, number, span } from "../analysis/words.ts";

type Revert = NonNullable<Verdict["revert"]>;

/** How the way back to the old version went. */
export function revertText(revert: Revert): string {
  const when = { midRoll: "mid-upgrade", after: "after the upgrade", asked: "when asked for" };
  const end = revert.ok ? "it worked" : `it did not work${revert.error === null ? "" : `: ${revert.error}`}`;
  const hurt =
    revert.interruptions === 0
      ? "no interruption"
      : `${count(revert.interruptions, "interruption")}, longest ${span(revert.longestMs)}`;
  return `${revert.from} to ${revert.to}, ${when[revert.when]}: ${end}, ${count(revert.nodes, "node")} in ${minutesText(revert.minutes)}, ${revert.verdict}; ${number(revert.failed)} of ${number(revert.requests)} requests failed, ${hurt}`;
}

/** Why a way back that was not calm was not; empty when there is nothing to tell. */
export const revertReasons = (revert: Revert): readonly string[] => (revert.verdict === "SAFE" ? [] : revert.reasons);

/**
 * Up to which step a way back is supported, and what the rehearsal says of the rest. Kubernetes' version skew policy knows
 * upgrades only, and an API server need not be able to read what one of the next minor version has stored.
 */
export function supportText({
  fromVersion,
  toVersion,
  revert,
}: Pick<Verdict, "fromVersion" | "toVersion" | "revert">): string {
  const [from, to] = [minor(fromVersion), minor(toVersion)];
  if (from === to)
    return `The control plane's minor version stays ${to}, so stored objects keep their form, and there is a way back after every step`;
  const before = `Kubernetes does not support taking a control plane back from ${to} to ${from}: objects may be stored in a form that ${from} cannot read. A way back is supported only until the first control-plane node has been replaced`;
  if (!revert) return before;
  if (!revert.ok) return `${before}; beyond that, the rehearsal did not manage it either`;
  return `${before}; that the rehearsal's control plane went back all the same says nothing about the objects that production stores, so beyond that step go on, or restore etcd from its backup`;
}

/** The end of a way back on a terminal. */
export function renderRevert(revert: Revert): string {
  return [
    `${revertText(revert)}.`,
    ...revertReasons(revert).map((reason) => `  - ${reason}`),
    `${supportText({ fromVersion: revert.to, toVersion: revert.from, revert })}.`,
    "Next: `npx rehearsal report` writes it into the run's report and runbook.",
    "",
  ].join("\n");
}

const minor = (version: string): string => version.split(".").slice(0, 2).join(".");
