import type { Verdict } from "../analysis/verdict-schema.ts";
import { count } from "../analysis/words.ts";

/** What the checklist needs to know of a pod in kube-system (or kube-flannel). */
export interface SystemPod {
  readonly name: string;
  readonly node: string;
  readonly phase: string;
  readonly ready: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

/** What it needs to know of a node. */
export interface SystemNode {
  readonly name: string;
  readonly controlPlane: boolean;
  readonly ready: boolean;
}

export interface ChecklistInput {
  readonly pods: readonly SystemPod[];
  readonly nodes: readonly SystemNode[];
  /** Key of the Cluster's `spec.networking`, e.g. `flannel`. */
  readonly networking: string;
  /** Key of `spec.topology.dns.type` is not `None`: dns-controller keeps the records. */
  readonly dns: boolean;
}

interface Check {
  readonly name: string;
  /** By label where the add-on has a stable one, else by the start of the name. */
  readonly matches: (pod: SystemPod) => boolean;
  /** `somewhere`: at least one ready pod; else one ready pod on each node of this kind. */
  readonly where: "somewhere" | "control-plane" | "every-node";
}

const named =
  (...prefixes: string[]) =>
  (pod: SystemPod): boolean =>
    prefixes.some((prefix) => pod.name.startsWith(prefix)) ||
    ["k8s-app", "k8s-addon", "app", "app.kubernetes.io/name"].some((label) =>
      prefixes.some((prefix) => pod.labels[label] === prefix.replace(/-$/, "")),
    );

/** Pods that a network add-on runs on every node. */
const networkPods: Readonly<Record<string, readonly string[]>> = {
  flannel: ["kube-flannel-ds", "kube-flannel"],
  calico: ["calico-node"],
  cilium: ["cilium-"],
  "cilium-etcd": ["cilium-"],
  "cilium-eni": ["cilium-"],
  amazonvpc: ["aws-node"],
  "kube-router": ["kube-router"],
};

/** The article's list of what must still work after the upgrade, with today's names. */
function checks({ networking, dns }: ChecklistInput): Check[] {
  const network = networkPods[networking];
  const dnsPod = (pod: SystemPod): boolean =>
    pod.labels["k8s-app"] === "kube-dns" || (pod.name.startsWith("coredns-") && !pod.name.startsWith("coredns-auto"));
  return [
    ...(network === undefined
      ? []
      : [{ name: network[0] ?? networking, matches: named(...network), where: "every-node" as const }]),
    { name: "coredns (kube-dns)", matches: dnsPod, where: "somewhere" },
    { name: "coredns-autoscaler", matches: named("coredns-autoscaler"), where: "somewhere" },
    ...(dns ? [{ name: "dns-controller", matches: named("dns-controller"), where: "somewhere" as const }] : []),
    { name: "kube-apiserver", matches: named("kube-apiserver-"), where: "control-plane" },
    { name: "kube-controller-manager", matches: named("kube-controller-manager-"), where: "control-plane" },
    { name: "kube-scheduler", matches: named("kube-scheduler-"), where: "control-plane" },
    { name: "kube-proxy", matches: named("kube-proxy-"), where: "every-node" },
    { name: "etcd-manager-main", matches: named("etcd-manager-main-"), where: "control-plane" },
    { name: "etcd-manager-events", matches: named("etcd-manager-events-"), where: "control-plane" },
    { name: "kops-controller", matches: named("kops-controller-"), where: "control-plane" },
    { name: "aws-cloud-controller-manager", matches: named("aws-cloud-controller-manager-"), where: "control-plane" },
  ];
}

/** Judges kube-system after the upgrade; one line for each component, with what is wrong where. */
export function checklist(input: ChecklistInput): Verdict["checklist"] {
  // Cilium can take the place of kube-proxy; then it is not there, and that is no fault.
  const replaced =
    input.networking.startsWith("cilium") && !input.pods.some(({ name }) => name.startsWith("kube-proxy-"));
  const list = checks(input).filter(({ name }) => !(replaced && name === "kube-proxy"));
  return [nodesReady(input.nodes), ...list.map((check) => one(check, input)), nothingFails(input.pods)];
}

function nodesReady(nodes: readonly SystemNode[]): Verdict["checklist"][number] {
  const bad = nodes.filter((node) => !node.ready).map((node) => node.name);
  const detail = bad.length > 0 ? `not ready: ${bad.join(", ")}` : `${nodes.length} of ${nodes.length} ready`;
  return { name: "nodes", ok: bad.length === 0 && nodes.length > 0, detail };
}

function one(check: Check, { pods, nodes }: ChecklistInput): Verdict["checklist"][number] {
  const own = pods.filter(check.matches);
  const sound = own.filter((pod) => pod.ready && pod.phase === "Running");
  if (check.where === "somewhere") {
    const detail =
      own.length === 0 ? "no such pod" : `${sound.length} of ${count(own.length, "pod")} ready${whatFails(own)}`;
    return { name: check.name, ok: own.length > 0 && sound.length === own.length, detail };
  }
  const wanted = nodes.filter((node) => check.where === "every-node" || node.controlPlane);
  const missing = wanted.filter((node) => !sound.some((pod) => pod.node === node.name)).map((node) => node.name);
  const detail =
    missing.length > 0
      ? `not running on ${missing.join(", ")}${whatFails(own)}`
      : `ready on ${wanted.length} of ${count(wanted.length, "node")}`;
  return { name: check.name, ok: missing.length === 0 && wanted.length > 0, detail };
}

/** Failing pods in kube-system go unnoticed for long, and halt the next roll. */
function nothingFails(pods: readonly SystemPod[]): Verdict["checklist"][number] {
  const bad = pods.filter((pod) => pod.phase !== "Succeeded" && !(pod.ready && pod.phase === "Running"));
  const detail = bad.length === 0 ? `${count(pods.length, "pod")}, none failing` : list(bad);
  return { name: "kube-system", ok: bad.length === 0, detail };
}

function whatFails(pods: readonly SystemPod[]): string {
  const bad = pods.filter((pod) => !pod.ready || pod.phase !== "Running");
  return bad.length === 0 ? "" : `: ${list(bad)}`;
}

function list(pods: readonly SystemPod[]): string {
  const shown = pods.slice(0, 5).map((pod) => `${pod.name} (${pod.phase}${pod.ready ? "" : ", not ready"})`);
  return [...shown, ...(pods.length > 5 ? [`and ${pods.length - 5} more`] : [])].join(", ");
}
