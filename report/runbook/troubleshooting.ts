import { revertRoll } from "../../kops/roll-plan.ts";
import type { ReportData } from "../data.ts";
import { revertReasons, revertText, supportText } from "../way-back.ts";
import { bullets, heading, inline, plain, shell } from "./markdown.ts";
import type { Production } from "./production.ts";
import { lingeringPod, refusedPod, refusingBudgets, seen } from "./seen.ts";

const drainFlags = ["--ignore-daemonsets", "--delete-emptydir-data", "--force"];

/** The troubles of such upgrades and their cures, from the mildest to the harshest, with the names that the rehearsal met. */
export function troubleshooting(data: ReportData, production: Production): string {
  return [
    heading(2, "When it does not go on"),
    "Leave `kops rolling-update` running while you help: it tries again by itself. Names in the commands are those that the rehearsal met; pods and nodes of production have others.",
    ...blockers(data),
    ...validation(data, production),
    ...budget(data, production),
    ...stuckDrain(data, production),
    ...moreOutput(production),
    ...wayBack(data, production),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function blockers({ verdict: { roll } }: ReportData): string[] {
  if (roll.blockers.length === 0) return [];
  return ["The rehearsal's roll stood still at:", bullets(roll.blockers.map(({ message }) => inline(message)))];
}

function validation({ events }: ReportData, production: Production): string[] {
  const pod = lingeringPod(events);
  return [
    heading(3, "The cluster does not validate"),
    "A node does not become Ready, or a pod in `kube-system` is not. Which one, kops says here, and kubectl why:",
    shell(
      production.kops("validate", "cluster"),
      production.kubectl("get", "nodes"),
      production.kubectl("get", "pods", "--namespace=kube-system", "--output=wide"),
    ),
    seen(events, ["validation-failed", "launch-failed"]),
    `A pod that failed and was forgotten: look why, then delete it, and its controller makes a new one. If nobody needs it, delete its Deployment.${pod === undefined ? "" : ` In the rehearsal it was ${inline(pod.pod)}${pod.deployment === undefined ? "" : ` of Deployment ${inline(pod.deployment)}`}.`}`,
    shell("POD='<POD>'", production.kubectl("describe", "pod", "--namespace=kube-system", '"$POD"')),
    shell(production.kubectl("delete", "pod", "--namespace=kube-system", '"$POD"')),
    "A new instance that never joins: its console tells why. Terminating it lets its group try again; dry run first:",
    shell(production.kops("get", "instances")),
    shell(
      "INSTANCE='<INSTANCE>'",
      ["aws", "ec2", "get-console-output", "--latest", "--output=text", "--instance-id", '"$INSTANCE"'],
      ["aws", "ec2", "terminate-instances", "--instance-ids", '"$INSTANCE"', "--dry-run"],
    ),
    shell(["aws", "ec2", "terminate-instances", "--instance-ids", '"$INSTANCE"']),
    "Then ask again; kops goes on by itself once this passes:",
    shell(production.validate()),
  ];
}

function budget({ events, config }: ReportData, production: Production): string[] {
  const refused = refusedPod(events);
  const budgets = refusingBudgets(events);
  const namespace = `NAMESPACE='${refused?.namespace ?? "<NAMESPACE>"}'`;
  const here = '--namespace="$NAMESPACE"';
  return [
    heading(3, "A PodDisruptionBudget halts the drain"),
    `An application that must keep one pod and has only one cannot be evicted; kops tries for ${config.intervals.drainTimeout} (the drain time-out) and then ends. Typical are ingress controllers with one replica. Find the budget that allows 0, and the pods on the node that kops says it drains:`,
    shell(
      "NODE='<NODE>'",
      production.kubectl("get", "pods", "--all-namespaces", "--output=wide", '--field-selector=spec.nodeName="$NODE"'),
      production.kubectl("get", "poddisruptionbudgets", "--all-namespaces"),
    ),
    seen(events, ["eviction-refused"]),
    budgets.length === 0 ? "" : `Budgets to look at first: ${budgets.map(inline).join(", ")}.`,
    "Better: one replica more; the budget then lets the old pod go, and nothing is interrupted.",
    shell(
      namespace,
      `DEPLOYMENT='${refused?.deployment ?? "<DEPLOYMENT>"}'`,
      production.kubectl("scale", "deployment", here, "--current-replicas=1", "--replicas=2", '"$DEPLOYMENT"'),
    ),
    "Else delete the pod: the drain goes on, and **the service is interrupted until its successor is ready**. Dry run first:",
    shell(
      namespace,
      refused === undefined ? "POD='<POD>'" : `POD='<POD>' # in the rehearsal ${refused.pod}`,
      production.kubectl("delete", "pod", here, '"$POD"', "--dry-run=server"),
    ),
    shell(production.kubectl("delete", "pod", here, '"$POD"')),
  ];
}

function stuckDrain({ events, verdict }: ReportData, production: Production): string[] {
  const node = verdict.roll.blockers.find((blocker) => blocker.node !== null)?.node;
  const was = node === undefined || node === null ? "" : ` # in the rehearsal ${node}`;
  return [
    heading(3, "A drain is stuck for another reason"),
    seen(events, ["drain-waiting"]),
    "Drain the node by hand; what would go, the dry run shows. `--delete-emptydir-data` loses what pods keep in emptyDir volumes, `--force` deletes pods that nobody starts again.",
    shell(`NODE='<NODE>'${was}`, production.kubectl("drain", ...drainFlags, "--dry-run=server", '"$NODE"')),
    shell(production.kubectl("drain", ...drainFlags, "--timeout=10m", '"$NODE"')),
    "If the node stays, terminate its instance; its group starts a new one, with the new version. kops does it, after a dry run:",
    shell(production.replace('"$NODE"', { surge: false })),
    shell(production.replace('"$NODE"', { surge: false, yes: true })),
    "If kops cannot, AWS can. The node's name is its instance's; the first command must end with `DryRunOperation`:",
    shell(["aws", "ec2", "terminate-instances", "--instance-ids", '"$NODE"', "--dry-run"]),
    shell(["aws", "ec2", "terminate-instances", "--instance-ids", '"$NODE"']),
    shell(production.validate()),
  ];
}

function moreOutput(production: Production): string[] {
  return [
    heading(3, "You cannot see what it waits for"),
    "Interrupt it with Ctrl-C and start it again with all that kops can say; it goes on with the nodes that still need it, and shows each refused eviction:",
    shell(production.roll({ yes: true }, 10)),
  ];
}

function wayBack({ verdict }: ReportData, production: Production): string[] {
  const { revert, fromVersion } = verdict;
  const steps = revertRoll().flatMap((action, i) => {
    if (action.do === "skew-probe") return [];
    const prune = action.do === "update" && action.prune === true;
    const what = action.phase === "nodes" ? "the nodes" : "the control plane, and what is left";
    const caption = prune
      ? "Prune what the way back had to keep"
      : `${action.do === "roll" ? "Roll" : "Update"} ${what}`;
    const title = heading(4, `${i + 2}. ${caption}`);
    return action.do === "roll"
      ? [
          title,
          shell(production.roll(action, 0)),
          shell(production.roll({ ...action, yes: true })),
          shell(production.validate()),
        ]
      : [title, shell(production.update(action)), shell(production.update({ ...action, yes: true }))];
  });
  return [
    heading(3, "Go back"),
    revert
      ? `Rehearsed: ${plain(revertText(revert))}.`
      : "**The way back was not rehearsed** (setting `rehearseRevert`). Rehearse it before you rely on it.",
    revert ? bullets(revertReasons(revert).map(plain)) : "",
    `${supportText(verdict)}.`,
    "Interrupt `kops rolling-update`, set the old version, and roll what is new already, nodes first. Before each `--yes` comes its dry run: go on only if it proposes what you expect.",
    heading(4, "1. Set the old version"),
    shell(production.kops("edit", "cluster", `--set=spec.kubernetesVersion=${fromVersion}`)),
    ...steps,
    "Every kubelet is on the old version again, and nothing in `kube-system` is failing:",
    shell(
      production.kubectl("get", "nodes"),
      production.kubectl("get", "pods", "--namespace=kube-system", "--output=wide"),
    ),
  ];
}
