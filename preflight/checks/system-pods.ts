import type { Facts } from "../facts.ts";
import { Check, count, type CheckResult } from "../finding.ts";

/** Pods of kube-system that are not ready: `kops validate` fails on them, and with it each step of a roll. */
export function systemPods({ production }: Facts): CheckResult {
  const check = new Check("system-pods", "pods of kube-system that are not ready");
  check.ask(production.systemPods, (pods) => {
    check.looked(`${count(pods.length, "pod")} in production's kube-system`);
    const bad = pods.filter(({ phase, ready }) => phase !== "Succeeded" && !(phase === "Running" && ready));
    if (bad.length === 0) return;
    check.find(
      "warning",
      `${count(bad.length, "pod")} in production's kube-system ${bad.length === 1 ? "is" : "are"} not ready: kops will not get past its first validation.`,
      bad.map(({ name, phase, ready }) => `${name}: ${phase}${ready ? "" : ", not ready"}`),
      "repair or delete them before the upgrade: kubectl -n kube-system describe pod NAME",
    );
  });
  return check.result();
}
