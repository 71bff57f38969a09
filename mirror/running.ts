import type { Manifest } from "../kops/manifest.ts";
import { networkPlugin } from "../kops/networking.ts";
import { isRecord, nameOf } from "./production.ts";

/** What is read of a production cluster that runs; lists as its API server gives them. */
export interface Running {
  readonly daemonSets: readonly Manifest[];
  readonly webhooks: readonly Manifest[];
  readonly crds: readonly Manifest[];
  readonly budgets: readonly Manifest[];
  readonly priorityClasses: readonly Manifest[];
  readonly nodes: readonly Manifest[];
}

/** Something in production that the mirror lacks. */
export interface RunningDifference {
  /** `DaemonSet`, `node label`… */
  readonly kind: string;
  /** `namespace/name`, or `name`. */
  readonly name: string;
  readonly why: string;
}

const behaviour: Readonly<Record<string, string>> = {
  DaemonSet: "is drained around and must be ready on each new node",
  ValidatingWebhookConfiguration: "is asked by the API server while its own pods are being moved",
  MutatingWebhookConfiguration: "is asked by the API server while its own pods are being moved",
  CustomResourceDefinition: "is stored and served by the new API server",
  PodDisruptionBudget: "can halt a drain",
  PriorityClass: "decides who is evicted first",
};

/** Everything that runs in production and that kops would not put into the mirror. */
export function runningDifferences(running: Running, mirror: readonly Manifest[]): RunningDifference[] {
  return [
    ...ownObjects(running, mirror).map((object) => ({
      kind: String(object["kind"]),
      name: qualified(object),
      why: behaviour[String(object["kind"])] ?? "",
    })),
    ...nodeDifferences(running.nodes, mirror),
  ];
}

/** The objects that kops did not make: what has to be copied for a mirror to have them. */
export function ownObjects(running: Running, mirror: readonly Manifest[]): Manifest[] {
  const { crds, priorityClasses, daemonSets, budgets, webhooks } = running;
  const plugin = networkPlugin(mirror.find(({ kind }) => kind === "Cluster"));
  return [...crds, ...priorityClasses, ...daemonSets, ...budgets, ...webhooks].filter(
    (object) => !isOfKops(object, ofPlugins[plugin]),
  );
}

/** CustomResourceDefinitions that a network plugin makes by itself, where the mirror has it, too. */
const ofPlugins: Readonly<Record<string, RegExp>> = {
  cilium: /\.cilium\.io$/,
  calico: /\.crd\.projectcalico\.org$/,
};

function isOfKops(object: Manifest, ofPlugin: RegExp | undefined): boolean {
  const labels = labelsOf(object);
  if (labels["addon.kops.k8s.io/name"] !== undefined || labels["app.kubernetes.io/managed-by"] === "kops") return true;
  const name = nameOf(object);
  return /^system-(node|cluster)-critical$/.test(name) || ofPlugin?.test(name) === true;
}

/** Labels and taints that Kubernetes, kops and AWS give to nodes by themselves. */
const ofPlatform =
  /^(([\w.-]*\.)?(kubernetes\.io|k8s\.io|k8s\.aws|cilium\.io|projectcalico\.org)|topology\.ebs\.csi\.aws\.com|karpenter\.(sh|k8s\.aws))\//;

function nodeDifferences(nodes: readonly Manifest[], mirror: readonly Manifest[]): RunningDifference[] {
  const groups = mirror
    .filter((manifest) => manifest["kind"] === "InstanceGroup")
    .map((group) => record(group["spec"]));
  const labels = new Set(
    groups.flatMap((spec) => Object.entries(record(spec["nodeLabels"])).map(([k, v]) => `${k}=${String(v)}`)),
  );
  const taints = new Set(groups.flatMap((spec) => (Array.isArray(spec["taints"]) ? spec["taints"].map(String) : [])));
  const seen = (values: string[], known: ReadonlySet<string>): string[] =>
    [...new Set(values)].filter((value) => !known.has(value) && !ofPlatform.test(value)).sort();
  const nodeLabels = nodes.flatMap((node) => Object.entries(labelsOf(node)).map(([k, v]) => `${k}=${String(v)}`));
  const nodeTaints = nodes.flatMap((node) => taintsOf(node));
  return [
    ...seen(nodeLabels, labels).map((name) => ({
      kind: "node label",
      name,
      why: "is on nodes, and in no instance group",
    })),
    ...seen(nodeTaints, taints).map((name) => ({
      kind: "node taint",
      name,
      why: "is on nodes, and in no instance group",
    })),
  ];
}

function taintsOf(node: Manifest): string[] {
  const taints = record(node["spec"])["taints"];
  return (Array.isArray(taints) ? taints.filter(isRecord) : []).map(
    ({ key, value, effect }) =>
      `${String(key)}${value === undefined ? "" : `=${String(value as string)}`}:${String(effect)}`,
  );
}

function labelsOf(object: Manifest): Record<string, unknown> {
  return record(record(object["metadata"])["labels"]);
}

function qualified(object: Manifest): string {
  const namespace = record(object["metadata"])["namespace"];
  return typeof namespace === "string" ? `${namespace}/${nameOf(object)}` : nameOf(object);
}

const record = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});
