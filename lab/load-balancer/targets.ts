import type { V1EndpointSlice, V1Service, V1ServicePort } from "@kubernetes/client-node";

/** A pod that a load balancer sends connections to. */
export interface Target {
  /** The pod's name, or the address where there is no pod behind it. */
  readonly id: string;
  readonly host: string;
  readonly port: number;
}

export interface ListenerPort {
  readonly port: number;
  readonly targets: readonly Target[];
}

type Endpoint = V1EndpointSlice["endpoints"][number];

/** Ready as the API means it: not known to be unready. */
const isReady = ({ conditions }: Endpoint): boolean => conditions?.ready !== false;
const isServing = ({ conditions }: Endpoint): boolean =>
  conditions?.terminating === true && (conditions.serving ?? false);

/**
 * The ports of a Service with their targets: the ready endpoints; when there are none, those that are terminating but
 * still serve, as kube-proxy does behind an instance target. `serve` says where a reported address really listens.
 */
export function listenerPorts(
  service: V1Service,
  slices: readonly V1EndpointSlice[],
  serve: (address: string) => string,
): ListenerPort[] {
  return (service.spec?.ports ?? [])
    .filter(({ protocol }) => protocol === undefined || protocol === "TCP")
    .map((port) => {
      const ready = targetsOf(port, slices, isReady, serve);
      return { port: port.port, targets: ready.length > 0 ? ready : targetsOf(port, slices, isServing, serve) };
    });
}

function targetsOf(
  { name = "" }: V1ServicePort,
  slices: readonly V1EndpointSlice[],
  wanted: (endpoint: Endpoint) => boolean,
  serve: (address: string) => string,
): Target[] {
  const targets = new Map<string, Target>();
  for (const slice of slices) {
    // The port's name ties a slice to the Service; the slice's number is the target port of these very pods.
    const port = slice.ports?.find((one) => (one.name ?? "") === name)?.port;
    if (port === undefined) continue;
    for (const endpoint of slice.endpoints ?? []) {
      const [address] = endpoint.addresses;
      if (address === undefined || !wanted(endpoint)) continue;
      const host = serve(address);
      targets.set(`${host}:${port}`, { id: endpoint.targetRef?.name ?? address, host, port });
    }
  }
  return [...targets.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
