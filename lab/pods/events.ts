import type { CoreV1Event, KubernetesObject } from "@kubernetes/client-node";
import type { Kube } from "../nodes/kube.ts";

export interface EventText {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

/** Writes an Event about an object, so that `kubectl describe` shows what happened to it. */
export async function recordEvent(
  kube: Kube,
  about: KubernetesObject,
  { type, reason, message }: EventText,
  source: { component: string; host?: string },
): Promise<void> {
  const { name = "", namespace = "default", uid, resourceVersion } = about.metadata ?? {};
  const now = new Date();
  const event: Omit<CoreV1Event, "metadata"> & { metadata: object } = {
    apiVersion: "v1",
    kind: "Event",
    metadata: { generateName: `${name}.`, namespace },
    involvedObject: { apiVersion: about.apiVersion ?? "v1", kind: about.kind, name, namespace, uid, resourceVersion },
    type,
    reason,
    message,
    source,
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
  };
  await kube.create(`/api/v1/namespaces/${namespace}/events`, event);
}
