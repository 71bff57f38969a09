import type { V1EndpointSlice, V1Node } from "@kubernetes/client-node";
import { isReady } from "./cluster.ts";
import type { NewEvent } from "./event-log.ts";

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

function serving(slice: V1EndpointSlice | undefined): Map<string, Endpoint> {
  const ends = (slice?.endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
  return new Map(
    ends.flatMap((end) =>
      end.addresses.map((address) => [address, { pod: end.targetRef?.name ?? address, node: end.nodeName }] as const),
    ),
  );
}
