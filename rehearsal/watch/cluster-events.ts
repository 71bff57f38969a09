import type { V1EndpointSlice, V1Node, V1Pod } from "@kubernetes/client-node";
import { isReady } from "../cluster.ts";
import type { NewEvent } from "../event-log.ts";

/** What happened to a node between two sights of it; `undefined` is not there. The first sight of all gives nothing. */
export function nodeEvents(before: V1Node | undefined, after: V1Node | undefined): NewEvent[] {
  const node = after ?? before;
  const name = node?.metadata?.name ?? "";
  const instance = node?.spec?.providerID?.split("/").at(-1);
  const event = (kind: NewEvent["kind"], what: string): NewEvent => ({
    kind,
    node: name,
    instance,
    message: `node ${name} ${what}`,
  });
  if (after === undefined) return before === undefined ? [] : [event("node-removed", "was removed")];
  const events: NewEvent[] = before === undefined ? [event("node-joined", "joined")] : [];
  const wasReady = isReady(before?.status?.conditions);
  const ready = isReady(after.status?.conditions);
  if (ready && !wasReady)
    events.push(event("node-ready", `is ready (kubelet ${after.status?.nodeInfo?.kubeletVersion ?? "unknown"})`));
  if (!ready && wasReady) events.push(event("node-not-ready", "is not ready any more"));
  if (after.spec?.unschedulable === true && before?.spec?.unschedulable !== true)
    events.push(event("node-cordoned", "was cordoned"));
  return events;
}

/** That a pod was told to stop, between two sights of it. Pods that belong to their node end with it and tell nothing. */
export function podEvents(before: V1Pod | undefined, after: V1Pod | undefined): NewEvent[] {
  const pod = after ?? before;
  if (pod === undefined || before === undefined || belongsToNode(pod)) return [];
  const stopping = after === undefined || after.metadata?.deletionTimestamp !== undefined;
  if (!stopping || before.metadata?.deletionTimestamp !== undefined || isFinished(before)) return [];
  const name = podName(pod);
  const node = pod.spec?.nodeName;
  const grace = pod.metadata?.deletionGracePeriodSeconds;
  const time = grace === undefined || after === undefined ? "" : `, has ${grace}s to stop`;
  return [
    {
      kind: "pod-terminating",
      pod: name,
      node,
      message: `pod ${name}${node === undefined ? "" : ` on node ${node}`} ${whyStopped(pod)}${time}`,
    },
  ];
}

/** Of a DaemonSet, or a static pod: a drain leaves it alone. */
export const belongsToNode = ({ metadata }: V1Pod): boolean =>
  metadata?.annotations?.["kubernetes.io/config.mirror"] !== undefined ||
  (metadata?.ownerReferences ?? []).some(({ kind, controller }) => kind === "DaemonSet" && controller === true);

export const isFinished = ({ status }: V1Pod): boolean => status?.phase === "Succeeded" || status?.phase === "Failed";

/** `namespace/name` */
export const podName = ({ metadata }: V1Pod): string => `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;

/** From the pod's own condition (Kubernetes 1.26 and later); without one it was simply deleted. */
function whyStopped({ status }: V1Pod): string {
  const target = status?.conditions?.find(({ type, status: is }) => type === "DisruptionTarget" && is === "True");
  switch (target?.reason) {
    case undefined:
      return "was deleted";
    case "EvictionByEvictionAPI":
      return "was evicted";
    case "DeletionByTaintManager":
      return "was deleted because of a taint of its node";
    default:
      return `was disrupted (${target?.reason})`;
  }
}

/** Where the endpoints of a Service live as the watch begins: what is told later can be put down to their nodes. */
export function endpointNotes(slice: V1EndpointSlice): NewEvent[] {
  const { namespace = "", labels } = slice.metadata ?? {};
  const service = labels?.["kubernetes.io/service-name"] ?? "";
  return [...serving(slice)].map(([, { pod, node }]) => ({
    kind: "note",
    pod: `${namespace}/${pod}`,
    node,
    message: `${namespace}/${pod} serves Service ${service}${node === undefined ? "" : ` from node ${node}`}`,
  }));
}

/** Endpoints of a Service that began or ceased to get requests between two sights of one of its slices. */
export function endpointEvents(before: V1EndpointSlice | undefined, after: V1EndpointSlice | undefined): NewEvent[] {
  const was = serving(before);
  const is = serving(after);
  const service = (after ?? before)?.metadata?.labels?.["kubernetes.io/service-name"] ?? "";
  const namespace = (after ?? before)?.metadata?.namespace ?? "";
  const event = (kind: NewEvent["kind"], { pod, node }: Endpoint, what: string): NewEvent => ({
    kind,
    pod: `${namespace}/${pod}`,
    node,
    message: `${namespace}/${pod} ${what} Service ${service}`,
  });
  return [
    ...[...is].filter(([address]) => !was.has(address)).map(([, end]) => event("endpoint-added", end, "now serves")),
    ...[...was]
      .filter(([address]) => !is.has(address))
      .map(([, end]) => event("endpoint-removed", end, "no longer serves")),
  ];
}

interface Endpoint {
  readonly pod: string;
  readonly node: string | undefined;
}

/** Pod and node of each address that gets requests. */
export function serving(slice: V1EndpointSlice | undefined): Map<string, Endpoint> {
  const ends = (slice?.endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
  return new Map(
    ends.flatMap((end) =>
      end.addresses.map((address) => [address, { pod: end.targetRef?.name ?? address, node: end.nodeName }] as const),
    ),
  );
}
