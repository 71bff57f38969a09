import type { RehearsalEvent } from "../../analysis/events.ts";
import { nodeOf } from "../../analysis/steps.ts";
import { bullets, inline } from "./markdown.ts";

type Kind = RehearsalEvent["kind"];

/** What the rehearsal saw of some kinds, as a list; each message once. */
export function seen(events: readonly RehearsalEvent[], kinds: readonly Kind[], most = 5): string {
  const messages = [...new Set(events.filter(({ kind }) => kinds.includes(kind)).map(({ message }) => message))];
  if (messages.length === 0) return "The rehearsal saw none of this.";
  const rest = messages.length > most ? [`and ${messages.length - most} more, see the report`] : [];
  return `The rehearsal saw:\n\n${bullets([...messages.slice(0, most).map(inline), ...rest])}`;
}

/** Something that stood in the way, by the names that the rehearsal met; production's pods have other suffixes. */
export interface Met {
  readonly namespace: string;
  readonly pod: string;
  /** Of the Deployment that the pod's name tells of, if it does. */
  readonly deployment: string | undefined;
  readonly node: string | undefined;
}

/** The first pod whose eviction was refused. */
export function refusedPod(events: readonly RehearsalEvent[]): Met | undefined {
  const event = events.find(({ kind, pod }) => kind === "eviction-refused" && pod !== undefined);
  return event === undefined ? undefined : met(event.pod!, nodeOf(event));
}

/** PodDisruptionBudgets that refused, as `namespace/name`. */
export function refusingBudgets(events: readonly RehearsalEvent[]): string[] {
  const messages = events.filter(({ kind }) => kind === "eviction-refused").map(({ message }) => message);
  return [
    ...new Set(
      messages.flatMap((text) =>
        [...text.matchAll(/[\w.-]+\/[\w.-]+(?= \(\d+ healthy)|(?<=PodDisruptionBudget )[\w.-]+\/[\w.-]+/g)].map(
          ([name]) => name,
        ),
      ),
    ),
  ];
}

/** The first pod of kube-system that kept the cluster from validating. */
export function lingeringPod(events: readonly RehearsalEvent[]): Met | undefined {
  for (const { kind, pod, message, node } of events) {
    if (kind !== "validation-failed") continue;
    const name = pod ?? /\bPod (kube-system\/[\w.-]+)/.exec(message)?.[1] ?? /pod "([^"]+)"/.exec(message)?.[1];
    if (name !== undefined) return met(name.includes("/") ? name : `kube-system/${name}`, node);
  }
  return undefined;
}

function met(name: string, node: string | undefined): Met {
  const [namespace = "", pod = ""] = name.split("/");
  // Deployment, hash of its ReplicaSet, suffix of the pod.
  const deployment = /^(.+)-[a-z0-9]{6,10}-[a-z0-9]{5}$/.exec(pod)?.[1];
  return { namespace, pod, deployment, node };
}
