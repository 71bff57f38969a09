import type { Budget, Facts, ManifestObject } from "../facts.ts";
import { Check, count, type CheckResult } from "../finding.ts";

/** PodDisruptionBudgets that let nothing be evicted: they halt a roll until kops gives up on the drain. */
export function disruption({ manifests, production }: Facts): CheckResult {
  const check = new Check("disruption-budgets", "budgets that allow no disruption");
  check.ask(production.budgets, (budgets) => {
    check.looked(`${count(budgets.length, "PodDisruptionBudget")} of production`);
    for (const budget of budgets) judge(check, budget);
  });
  check.ask(manifests, (objects) => {
    const budgets = objects.filter(({ kind }) => kind === "PodDisruptionBudget");
    if (budgets.length > 0) check.looked(`${count(budgets.length, "PodDisruptionBudget")} of app.manifests`);
    for (const object of budgets) judgeSpec(check, object);
  });
  return check.result();
}

function judge(check: Check, { name, disruptionsAllowed, expectedPods, currentHealthy }: Budget): void {
  if (disruptionsAllowed > 0 || expectedPods === 0) return;
  check.find(
    "warning",
    `PodDisruptionBudget ${name} of production allows no disruption: draining a node with one of its pods will not end.`,
    [`disruptionsAllowed: 0; ${currentHealthy} of ${count(expectedPods, "expected pod")} healthy`],
    currentHealthy < expectedPods
      ? "bring its pods up before the upgrade"
      : "add a replica, or let the budget allow one disruption",
  );
}

/** A budget that allows nothing whatever the number of pods. */
function judgeSpec(check: Check, { file, namespace, name, spec }: ManifestObject): void {
  const { minAvailable, maxUnavailable } = spec;
  const none = [0, "0", "0%"].includes(maxUnavailable as never) || minAvailable === "100%";
  if (!none) return;
  const field = minAvailable === "100%" ? "minAvailable: 100%" : `maxUnavailable: ${String(maxUnavailable)}`;
  check.find(
    "warning",
    `PodDisruptionBudget ${namespace}/${name} in ${file} allows no disruption: the roll will halt on it.`,
    [field],
    "let it allow one disruption, unless you want to see the roll halt",
  );
}
