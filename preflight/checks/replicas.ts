import type { Facts } from "../facts.ts";
import { Check, count, type CheckResult } from "../finding.ts";

const scaled = ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"];

/** Workloads with one pod are gone while their node is drained, whatever the intervals; the article's nginx ingress was one. */
export function replicas({ intent, manifests, production }: Facts): CheckResult {
  const check = new Check("single-replicas", "workloads with a single replica");
  if (intent.appReplicas !== undefined) {
    check.looked("app.replicas");
    if (intent.appReplicas === 1)
      check.find(
        "warning",
        "The sample app has one replica: it will be interrupted while its node is drained.",
        ["app.replicas: 1"],
        "set app.replicas to 2 or more, unless that is what production has",
      );
  }
  check.ask(production.workloads, (workloads) => {
    check.looked(`${count(workloads.length, "workload")} of production`);
    const single = workloads.filter((workload) => workload.replicas === 1);
    if (single.length > 0)
      check.find(
        "warning",
        `${count(single.length, "workload")} of production ${single.length === 1 ? "has" : "have"} a single replica and will be interrupted when its node is drained.`,
        single.map(({ kind, name }) => `${kind} ${name}: 1 replica`),
        "run those that must not be interrupted (ingress controllers first) with 2 or more replicas on different nodes",
      );
  });
  check.ask(manifests, (objects) => {
    const workloads = objects.filter(({ kind }) => scaled.includes(kind));
    if (workloads.length > 0) check.looked(`${count(workloads.length, "workload")} of app.manifests`);
    for (const { kind, namespace, name, file, spec } of workloads) {
      if ((spec["replicas"] ?? 1) !== 1) continue;
      const field = spec["replicas"] === undefined ? "replicas: absent, which means 1" : "replicas: 1";
      const summary = `${kind} ${namespace}/${name} in ${file} has a single replica: it will be interrupted.`;
      check.find("warning", summary, [field], "give it 2 or more replicas, unless that is what production has");
    }
  });
  return check.result();
}
