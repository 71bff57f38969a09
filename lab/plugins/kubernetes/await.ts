import { setTimeout as sleep } from "node:timers/promises";
import { abortReason } from "../provider/calls.ts";
import type { EngineLog } from "../provider/engine.ts";
import { at, stringAt, type Props } from "../provider/values.ts";
import type { Cluster } from "./cluster.ts";
import { podProblems, podSelector } from "./diagnosis.ts";
import { annotatedTimeout, describeObject } from "./objects.ts";
import { readiness, type Surroundings } from "./readiness.ts";

const pollMs = 500;
const defaultSeconds = 600;
/** How often the pods behind something are asked what is wrong with them. */
const diagnoseEvery = 10;

export interface Waiting {
  readonly cluster: Cluster;
  readonly log: EngineLog;
  readonly signal: AbortSignal;
  /** From `customTimeouts`; 0 when not set. */
  readonly timeoutSeconds: number;
}

/** How long to wait for an object: `customTimeouts`, else its annotation, else ten minutes. */
export function waitSeconds(object: Props, timeoutSeconds: number): number {
  return timeoutSeconds > 0 ? timeoutSeconds : (annotatedTimeout(object) ?? defaultSeconds);
}

/** The object did not become what it should; `last` is how it was seen last. */
export class NotReadyError extends Error {
  override readonly name = "NotReadyError";
  readonly last: Props;

  constructor(message: string, last: Props) {
    super(message);
    this.last = last;
  }
}

async function surroundings(object: Props, cluster: Cluster, signal: AbortSignal): Promise<Surroundings> {
  const name = stringAt(object, ["metadata", "name"]) ?? "";
  const namespace = stringAt(object, ["metadata", "namespace"]) ?? "";
  if (object["kind"] === "Service") {
    const selector = `kubernetes.io/service-name=${name}`;
    return { endpointSlices: await cluster.list("discovery.k8s.io/v1", "EndpointSlice", namespace, selector, signal) };
  }
  const storageClass = stringAt(object, ["spec", "storageClassName"]);
  if (object["kind"] === "PersistentVolumeClaim" && storageClass !== undefined && storageClass !== "") {
    const reference = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name: storageClass } };
    const bindingMode = stringAt(await cluster.get(reference, signal), ["volumeBindingMode"]);
    return bindingMode === undefined ? {} : { bindingMode };
  }
  return {};
}

async function problems(object: Props, cluster: Cluster, signal: AbortSignal): Promise<string> {
  const selector = object["kind"] === "Pod" ? undefined : podSelector(object);
  const namespace = stringAt(object, ["metadata", "namespace"]) ?? "";
  if (object["kind"] === "Pod") return podProblems([object]).join("; ");
  return selector === undefined
    ? ""
    : podProblems(await cluster.list("v1", "Pod", namespace, selector, signal)).join("; ");
}

/**
 * Waits until an object is of use and returns it as it is then.
 *
 * @throws {NotReadyError} when it has failed, is gone, took too long, or the update was cancelled.
 */
export async function untilReady(object: Props, waiting: Waiting): Promise<Props> {
  const { cluster, log, signal } = waiting;
  const what = `${describeObject(object)} on ${cluster.client.connection.server}`;
  const seconds = waitSeconds(object, waiting.timeoutSeconds);
  const end = Date.now() + seconds * 1000;
  let last = object;
  let said = "";
  let why = "";
  const notReady = (message: string): NotReadyError => new NotReadyError(`${what} is not ready${message}`, last);
  try {
    for (let poll = 0; ; poll++) {
      const verdict = readiness(last, await surroundings(last, cluster, signal));
      if (verdict.state === "ready") return last;
      if (poll % diagnoseEvery === 0 || verdict.state === "failed") why = await problems(last, cluster, signal);
      const message = why === "" ? verdict.message : `${verdict.message}; ${why}`;
      if (verdict.state === "failed") throw new NotReadyError(`${what}: ${message}`, last);
      if (Date.now() >= end) throw notReady(` after ${seconds} s: ${message}`);
      if (message !== said) log.status(message);
      said = message;
      await sleep(pollMs, undefined, { signal });
      const now = await cluster.get(object, signal);
      if (now === undefined)
        throw new NotReadyError(`${what} was deleted by someone else while it was waited for`, last);
      last = now;
    }
  } catch (error) {
    // An abort breaks off whatever is under way; what was known by then tells more than that.
    if (!signal.aborted || error instanceof NotReadyError) throw error;
    throw notReady(`: ${said === "" ? "nothing is known yet" : said} (${abortReason(signal)})`);
  }
}

/** Waits until an object that is being deleted is gone, or another one has taken its name. */
export async function untilGone(object: Props, waiting: Waiting): Promise<void> {
  const { cluster, log, signal } = waiting;
  const what = `${describeObject(object)} on ${cluster.client.connection.server}`;
  const seconds = waitSeconds(object, waiting.timeoutSeconds);
  const end = Date.now() + seconds * 1000;
  const uid = stringAt(object, ["metadata", "uid"]);
  for (let said = ""; ;) {
    const now = await cluster.get(object, signal);
    if (now === undefined || stringAt(now, ["metadata", "uid"]) !== uid) return;
    const finalizers = at(now, ["metadata", "finalizers"]);
    const names = (Array.isArray(finalizers) ? finalizers : []).filter((name) => typeof name === "string");
    const message =
      names.length > 0 ? `waiting for finalizers: ${names.join(", ")}` : "waiting for the deletion to end";
    if (Date.now() >= end) throw new Error(`${what} is still there after ${seconds} s: ${message}`);
    if (message !== said) log.status(message);
    said = message;
    await sleep(pollMs, undefined, { signal });
  }
}
