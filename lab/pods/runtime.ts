import type { V1Container, V1EnvVar, V1Pod } from "@kubernetes/client-node";
import type { Processes } from "../processes.ts";
import type { Image } from "./images.ts";

export interface Exit {
  readonly code: number;
  readonly signal?: number;
}

/** A container that has been started. */
export interface Running {
  signal(signal: "SIGTERM" | "SIGKILL"): void;
  readonly exited: Promise<Exit>;
}

const signalNumbers: Partial<Record<NodeJS.Signals, number>> = { SIGKILL: 9, SIGTERM: 15 };

/** A container without a process: runs until it is told to stop. */
export function startNothing(): Running {
  let end: (exit: Exit) => void = () => undefined;
  const exited = new Promise<Exit>((resolve) => (end = resolve));
  return { exited, signal: (signal) => end(signal === "SIGKILL" ? { code: 137, signal: 9 } : { code: 0 }) };
}

/** An init container without a process: done as soon as it is started. */
export const startAndFinish = (): Running => ({ exited: Promise.resolve({ code: 0 }), signal: () => undefined });

export interface Placement {
  readonly pod: V1Pod;
  readonly container: V1Container;
  readonly image: Extract<Image, { kind: "process" }>;
  /** The loopback address to listen on. */
  readonly address: string;
  /** The address as the API shows it. */
  readonly podIp: string;
  readonly attempt: number;
}

/** Starts the container's process. Throws when it cannot be started. */
export function startProcess(processes: Processes, placement: Placement): Running {
  const { pod, container, image, address, podIp, attempt } = placement;
  const { name = "", namespace = "default", uid = "" } = pod.metadata ?? {};
  const env: Record<string, string> = {
    LAB_POD_ADDRESS: address,
    LAB_POD_HOSTNAME: pod.spec?.hostname ?? name,
    HOSTNAME: pod.spec?.hostname ?? name,
  };
  for (const variable of container.env ?? []) {
    const value = variable.value ?? fieldOf(variable, pod, podIp);
    if (value !== undefined) env[variable.name] = value;
  }
  const child = processes.start({
    name: `pod-${namespace}-${name}-${container.name}-${uid.slice(0, 8)}-${attempt}`,
    command: process.execPath,
    args: ["--max-old-space-size=64", image.script, ...(container.command ?? []).slice(1), ...(container.args ?? [])],
    env,
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once("exit", (code, signal) => {
      const number = signal === null ? undefined : (signalNumbers[signal] ?? 1);
      resolve(number === undefined ? { code: code ?? 1 } : { code: 128 + number, signal: number });
    });
  });
  return { exited, signal: (signal) => void child.kill(signal) };
}

function fieldOf({ valueFrom }: V1EnvVar, pod: V1Pod, podIp: string): string | undefined {
  const fields: Record<string, string | undefined> = {
    "metadata.name": pod.metadata?.name,
    "metadata.namespace": pod.metadata?.namespace,
    "metadata.uid": pod.metadata?.uid,
    "spec.nodeName": pod.spec?.nodeName,
    "spec.serviceAccountName": pod.spec?.serviceAccountName,
    "status.podIP": podIp,
  };
  return valueFrom?.fieldRef && fields[valueFrom.fieldRef.fieldPath];
}

/** Environment of the container that the lab cannot provide: the names of the variables and sources. */
export function unresolvedEnv({ env, envFrom }: V1Container): string[] {
  const variables = (env ?? []).filter(({ valueFrom }) => valueFrom && !valueFrom.fieldRef).map(({ name }) => name);
  const sources = (envFrom ?? []).flatMap(({ configMapRef, secretRef }) => [
    configMapRef?.name ?? secretRef?.name ?? "",
  ]);
  return [...variables, ...sources];
}
