import type { NewEvent } from "../event-log.ts";

/** A target of a load balancer: an instance, or an address. */
export interface TargetSight {
  /** `i-0ab…` or an IP address. */
  readonly id: string;
  /** `healthy`, `unhealthy`, `draining`, `initial`, `unused` …; for a classic load balancer `InService` or `OutOfService`. */
  readonly state: string;
  /** Why, as AWS says it; empty when it does not. */
  readonly reason: string;
}

const serves = (sight: TargetSight | undefined): boolean => sight?.state === "healthy" || sight?.state === "InService";

/** By target; one that serves one port of several only counts as not serving. */
export function byTarget(sights: readonly TargetSight[]): Map<string, TargetSight> {
  const targets = new Map<string, TargetSight>();
  for (const sight of sights) {
    const known = targets.get(sight.id);
    if (known === undefined || serves(known)) targets.set(sight.id, sight);
  }
  return targets;
}

/**
 * What happened to the targets of a load balancer between two sights of them.
 *
 * @param podAt pod (`namespace/name`) and node at an address, for targets that are addresses
 */
export function targetEvents(
  balancer: string,
  before: ReadonlyMap<string, TargetSight>,
  after: ReadonlyMap<string, TargetSight>,
  podAt: (address: string) => { readonly pod: string; readonly node: string | undefined } | undefined = () => undefined,
): NewEvent[] {
  const events: NewEvent[] = [];
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(id), after.get(id)];
    if (serves(was) === serves(is)) continue;
    const instance = id.startsWith("i-") ? id : undefined;
    const { pod, node } = podAt(id) ?? { pod: undefined, node: undefined };
    const target = `target ${id}${pod === undefined ? "" : ` (pod ${pod})`}`;
    const why = is?.reason ? `: ${is.reason}` : "";
    events.push({
      kind: serves(is) ? "target-added" : "target-removed",
      instance,
      pod,
      node,
      message: serves(is)
        ? `${target} gets requests from load balancer ${balancer}`
        : `${target} gets no new requests from load balancer ${balancer} (${is?.state ?? "deregistered"}${why})`,
    });
  }
  return events;
}

/** The host of a URL when it is a load balancer of AWS; undefined for any other. */
export function awsBalancerHost(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const host = new URL(url).hostname.toLowerCase().replace(/^dualstack\./, "");
  return /\.(?:elb\.[a-z0-9-]+|[a-z0-9-]+\.elb)\.amazonaws\.com(?:\.cn)?$/.test(host) ? host : undefined;
}
