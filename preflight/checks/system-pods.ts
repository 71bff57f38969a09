import type { Facts, SystemPod } from "../facts.ts";
import { Check, count, type CheckResult } from "../finding.ts";

/** Pods that `kops validate` waits for (pkg/validation/validate_cluster.go of 1.35); others it passes over. */
const isCritical = ({ priority }: SystemPod): boolean => /^system-(cluster|node)-critical$/.test(priority ?? "");

/** Pods of kube-system that are not ready: `kops validate` fails on critical ones, and with it each step of a roll. */
export function systemPods({ production }: Facts): CheckResult {
  const check = new Check("system-pods", "pods of kube-system that are not ready");
  check.ask(production.systemPods, (pods) => {
    check.looked(`${count(pods.length, "pod")} in production's kube-system`);
    const bad = pods.filter(({ phase, ready }) => phase !== "Succeeded" && !(phase === "Running" && ready));
    find(check, bad.filter(isCritical), "kops will not get past its first validation");
    find(
      check,
      bad.filter((pod) => !isCritical(pod)),
      "kops does not wait for what is of no critical priority, but an upgrade may need it",
    );
  });
  return check.result();
}

function find(check: Check, bad: readonly SystemPod[], what: string): void {
  if (bad.length === 0) return;
  check.find(
    "warning",
    `${count(bad.length, "pod")} in production's kube-system ${bad.length === 1 ? "is" : "are"} not ready: ${what}.`,
    bad.map(({ name, phase, ready }) => `${name}: ${phase}${ready ? "" : ", not ready"}`),
    "repair or delete them before the upgrade: kubectl -n kube-system describe pod NAME",
  );
}
