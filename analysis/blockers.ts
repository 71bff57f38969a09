import type { RehearsalEvent } from "./events.ts";
import { eventMs, inOrder, nodeOf } from "./steps.ts";
import type { Blocker } from "./verdict-schema.ts";

/**
 * What stood in the way of a roll that did not finish, from its events: evictions refused on the node that was being
 * drained when it stopped, launches that AWS refused, instances launched that never became a ready node, what the last failed validations said, and the
 * step that failed. Anything that was overcome later is left out.
 */
export function findBlockers(events: readonly RehearsalEvent[]): Blocker[] {
  return openBlockers(events).map(({ kind, node, pod, message }) => ({ kind, node, pod, message }));
}

/** The same with when each began to stand in the way, in ms since the epoch. */
export function openBlockers(events: readonly RehearsalEvent[]): (Blocker & { readonly sinceMs: number })[] {
  type Open = Blocker & { readonly sinceMs: number };
  const refused = new Map<string, Open>();
  const failedLaunches = new Map<string, Open>();
  const missing = new Map<string, Open>();
  const consoles = new Map<string, string>();
  const invalid = new Map<string, Open>();
  const failed = new Map<string, Open>();
  for (const event of inOrder(events)) {
    const node = nodeOf(event);
    const blocker = (kind: Blocker["kind"], before?: Open): Open => ({
      kind,
      node: node ?? null,
      pod: event.pod ?? null,
      message: event.message,
      sinceMs: before?.sinceMs ?? eventMs(event),
    });
    const { kind, pod, message } = event;
    if (kind === "eviction-refused" || kind === "drain-waiting")
      refused.set(`${node} ${pod}`, blocker(kind, refused.get(`${node} ${pod}`)));
    if (kind === "pod-evicted" || kind === "pod-terminating") refused.delete(`${node} ${pod}`);
    if (kind === "node-drained")
      for (const [key, value] of refused) if (value.node === (node ?? null)) refused.delete(key);
    if (kind === "instance-launched" && node !== undefined)
      missing.set(event.instance ?? node, blocker("node-missing"));
    if (kind === "console" && node !== undefined) consoles.set(node, message);
    if (kind === "launch-failed") failedLaunches.set("last", blocker(kind, failedLaunches.get("last")));
    if (kind === "instance-launched") failedLaunches.clear();
    if (kind === "node-ready" || kind === "instance-terminated")
      for (const name of [event.instance, event.node]) if (name !== undefined) missing.delete(name);
    if (kind === "validation-failed") {
      const why = message.replace(/^Cluster did not (?:pass validation|validate)[^:]*: /, "");
      for (const [, instance] of why.matchAll(/machine "([^"]+)" has not yet joined cluster/g))
        missing.set(instance!, {
          ...blocker("node-missing", missing.get(instance!)),
          node: instance!,
          pod: null,
          message: "it has not joined",
        });
      // Each validation says all that is wrong at its time: the last one counts.
      invalid.set("last", { ...blocker(kind, invalid.get("last")), message: why });
    }
    if (kind === "validation-passed") {
      invalid.clear();
      missing.clear();
    }
    if (kind === "step-failed") failed.set(message, blocker(kind));
  }
  return [
    ...failedLaunches.values(),
    ...refused.values(),
    ...[...missing.values()].map((one) => ({ ...one, message: consoles.get(one.node ?? "") ?? one.message })),
    ...invalid.values(),
    ...failed.values(),
  ];
}
