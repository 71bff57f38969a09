import { at, isObject, stringAt, type Props, type Value } from "../provider/values.ts";

/** How far an object is on its way to being of use. */
export type Verdict =
  | { readonly state: "ready" }
  | { readonly state: "waiting"; readonly message: string }
  | { readonly state: "failed"; readonly message: string };

/** What else has to be known of the cluster to judge some kinds. */
export interface Surroundings {
  /** For a Service: its EndpointSlices. */
  readonly endpointSlices?: readonly Props[];
  /** For a PersistentVolumeClaim: `volumeBindingMode` of its storage class. */
  readonly bindingMode?: string;
}

const ready: Verdict = { state: "ready" };
const waiting = (message: string): Verdict => ({ state: "waiting", message });
const failed = (message: string): Verdict => ({ state: "failed", message });

function numberAt(value: Value | undefined, path: readonly (string | number)[], absent: number): number {
  const found = at(value, path);
  return typeof found === "number" ? found : absent;
}

interface Condition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

function condition(object: Props, type: string): Condition | undefined {
  const conditions = at(object, ["status", "conditions"]);
  const found = (Array.isArray(conditions) ? conditions : []).find((entry) => stringAt(entry, ["type"]) === type);
  if (found === undefined) return undefined;
  const text = (key: string): string => stringAt(found, [key]) ?? "";
  return { status: text("status"), reason: text("reason"), message: text("message") };
}

/** Whether the controller has seen the latest change. */
function isObserved(object: Props): boolean {
  return numberAt(object, ["status", "observedGeneration"], 0) >= numberAt(object, ["metadata", "generation"], 0);
}

function deployment(object: Props): Verdict {
  if (!isObserved(object)) return waiting("the controller has not seen the change yet");
  const wanted = numberAt(object, ["spec", "replicas"], 1);
  const [total = 0, updated = 0, available = 0] = ["replicas", "updatedReplicas", "availableReplicas"].map((key) =>
    numberAt(object, ["status", key], 0),
  );
  const progress = condition(object, "Progressing");
  const stuck = progress?.reason === "ProgressDeadlineExceeded" ? `; ${progress.message}` : "";
  if (updated < wanted) return waiting(`${updated} of ${wanted} pods are of the new version${stuck}`);
  if (total > updated) return waiting(`${total - updated} pods of the old version are still there${stuck}`);
  if (available < wanted) return waiting(`${available} of ${wanted} pods are available${stuck}`);
  return ready;
}

function statefulSet(object: Props): Verdict {
  if (!isObserved(object)) return waiting("the controller has not seen the change yet");
  const wanted = numberAt(object, ["spec", "replicas"], 1);
  const readyReplicas = numberAt(object, ["status", "readyReplicas"], 0);
  if (readyReplicas < wanted) return waiting(`${readyReplicas} of ${wanted} pods are ready`);
  const updated = numberAt(object, ["status", "updatedReplicas"], 0);
  const partition = numberAt(object, ["spec", "updateStrategy", "rollingUpdate", "partition"], 0);
  const revisionDone =
    stringAt(object, ["status", "currentRevision"]) === stringAt(object, ["status", "updateRevision"]);
  const done =
    stringAt(object, ["spec", "updateStrategy", "type"]) === "OnDelete" ||
    revisionDone ||
    updated >= wanted - partition;
  return done ? ready : waiting(`${updated} of ${wanted - partition} pods are of the new version`);
}

function daemonSet(object: Props): Verdict {
  if (!isObserved(object)) return waiting("the controller has not seen the change yet");
  const wanted = numberAt(object, ["status", "desiredNumberScheduled"], 0);
  const updated = numberAt(object, ["status", "updatedNumberScheduled"], 0);
  const available = numberAt(object, ["status", "numberAvailable"], 0);
  const onDelete = stringAt(object, ["spec", "updateStrategy", "type"]) === "OnDelete";
  if (!onDelete && updated < wanted) return waiting(`${updated} of ${wanted} pods are of the new version`);
  return available < wanted ? waiting(`${available} of ${wanted} pods are available`) : ready;
}

function replicaSet(object: Props): Verdict {
  if (!isObserved(object)) return waiting("the controller has not seen the change yet");
  const wanted = numberAt(object, ["spec", "replicas"], 1);
  const available = numberAt(object, ["status", "availableReplicas"], 0);
  return available < wanted ? waiting(`${available} of ${wanted} pods are available`) : ready;
}

function pod(object: Props): Verdict {
  const phase = stringAt(object, ["status", "phase"]) ?? "Pending";
  if (phase === "Succeeded" || condition(object, "Ready")?.status === "True") return ready;
  const message = stringAt(object, ["status", "message"]) ?? condition(object, "PodScheduled")?.message ?? "";
  if (phase === "Failed") return failed(`the pod has failed${message === "" ? "" : `: ${message}`}`);
  return waiting(
    `the pod is ${phase === "Running" ? "running, but not ready" : phase}${message === "" ? "" : `: ${message}`}`,
  );
}

function job(object: Props): Verdict {
  const failure = condition(object, "Failed");
  if (failure?.status === "True") return failed(`the job has failed: ${failure.reason}: ${failure.message}`);
  if (condition(object, "Complete")?.status === "True" || at(object, ["spec", "suspend"]) === true) return ready;
  const wanted = numberAt(object, ["spec", "completions"], 1);
  const [succeeded, failures] = [
    numberAt(object, ["status", "succeeded"], 0),
    numberAt(object, ["status", "failed"], 0),
  ];
  return waiting(`${succeeded} of ${wanted} pods have succeeded${failures > 0 ? `, ${failures} have failed` : ""}`);
}

function service(object: Props, { endpointSlices = [] }: Surroundings): Verdict {
  const type = stringAt(object, ["spec", "type"]) ?? "ClusterIP";
  if (type === "ExternalName") return ready;
  const ingress = at(object, ["status", "loadBalancer", "ingress"]);
  if (type === "LoadBalancer" && !(Array.isArray(ingress) && ingress.length > 0)) {
    return waiting("no address has been assigned by a load balancer");
  }
  const selector = at(object, ["spec", "selector"]);
  if (!isObject(selector) || Object.keys(selector).length === 0) return ready;
  const endpoints = endpointSlices.flatMap((slice) => (Array.isArray(slice["endpoints"]) ? slice["endpoints"] : []));
  // An endpoint that says nothing counts as ready, as the API has it.
  const usable = endpoints.filter((endpoint) => at(endpoint, ["conditions", "ready"]) !== false);
  return usable.length > 0 ? ready : waiting("no pod behind it is ready");
}

function claim(object: Props, { bindingMode }: Surroundings): Verdict {
  const phase = stringAt(object, ["status", "phase"]) ?? "Pending";
  if (phase === "Bound" || bindingMode === "WaitForFirstConsumer") return ready;
  return phase === "Lost" ? failed("its volume is lost") : waiting(`it is ${phase}, not Bound`);
}

function byCondition(type: string): (object: Props) => Verdict {
  return (object) => {
    const found = condition(object, type);
    return found?.status === "True"
      ? ready
      : waiting(`it is not ${type}${found === undefined ? "" : `: ${found.message}`}`);
  };
}

function namespace(object: Props): Verdict {
  const phase = stringAt(object, ["status", "phase"]) ?? "";
  return phase === "Active" ? ready : waiting(`it is ${phase === "" ? "not Active yet" : phase}`);
}

const judges: Readonly<Record<string, (object: Props, surroundings: Surroundings) => Verdict>> = {
  APIService: byCondition("Available"),
  CustomResourceDefinition: byCondition("Established"),
  DaemonSet: daemonSet,
  Deployment: deployment,
  Job: job,
  Namespace: namespace,
  PersistentVolumeClaim: claim,
  Pod: pod,
  ReplicaSet: replicaSet,
  ReplicationController: replicaSet,
  Service: service,
  StatefulSet: statefulSet,
};

/** Whether an object is of use yet. Kinds that nothing is known of are as soon as they exist. */
export function readiness(object: Props, surroundings: Surroundings = {}): Verdict {
  return judges[stringAt(object, ["kind"]) ?? ""]?.(object, surroundings) ?? ready;
}
