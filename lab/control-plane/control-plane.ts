import type { KubeConfig } from "@kubernetes/client-node";
import { rm } from "node:fs/promises";
import { get, type RequestOptions } from "node:https";
import { join } from "node:path";
import type { LabContext, Part } from "../context.ts";
import { freePorts } from "../ports.ts";
import { apiServerArguments, controllerManagerArguments, etcdArguments, schedulerArguments } from "./arguments.ts";
import type { Credentials } from "./certificates.ts";
import { parseCluster } from "./cluster-spec.ts";
import { startComponent } from "./component.ts";
import { parseKeyset } from "./keyset.ts";
import { writePki } from "./pki.ts";

/** What kops has written to the state store for a cluster. */
export interface ClusterState {
  readonly name: string;
  /** `config`: the Cluster. */
  readonly cluster: string;
  /** `pki/private/kubernetes-ca/keyset.yaml` */
  readonly ca: string;
  /** `pki/private/service-account/keyset.yaml` */
  readonly serviceAccount: string;
}

/** The programs of a control plane, by path. */
export interface ControlPlanePrograms {
  readonly etcd: string;
  readonly "kube-apiserver": string;
  readonly "kube-controller-manager": string;
  readonly "kube-scheduler": string;
}

export interface ControlPlane extends Part {
  /** Port of the API server itself on 127.0.0.1. */
  readonly port: number;
  readonly server: Credentials;
  readonly kubeConfig: KubeConfig;
}

const readyLimitMs = 180_000;

/**
 * Starts the control plane of a cluster with certificates of its own CA and resolves when the API server is ready.
 * Stopping it deletes its data, so that the next cluster starts clean. Rejects, with everything stopped again, when
 * the API server is not ready within a minute or `signal` is aborted.
 */
export async function startControlPlane(
  context: LabContext,
  state: ClusterState,
  programs: ControlPlanePrograms,
  signal: AbortSignal,
): Promise<ControlPlane> {
  const dir = join(context.dir, "control-plane");
  await rm(dir, { recursive: true, force: true });
  const network = parseCluster(state.cluster);
  const [etcd, etcdPeer, apiServer] = (await freePorts(3)) as [number, number, number];
  const ports = { etcd, etcdPeer, apiServer };
  const pki = await writePki(join(dir, "pki"), state.name, `https://127.0.0.1:${apiServer}`, {
    ca: parseKeyset(state.ca, `the kubernetes-ca keyset of ${state.name}`),
    serviceAccount: parseKeyset(state.serviceAccount, `the service-account keyset of ${state.name}`),
  });

  const parts: Part[] = [];
  const start = (name: keyof ControlPlanePrograms, args: string[]): void => {
    parts.push(startComponent(context, { name, command: programs[name], args }));
  };
  const stop = async (): Promise<void> => {
    // Clients first: without the API server the others only fill their logs.
    for (const part of parts.reverse()) await part.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    start("etcd", etcdArguments(ports, join(dir, "etcd")));
    start("kube-apiserver", apiServerArguments(ports, network, pki.dir));
    await apiServerReady(pki.kubeConfig, signal);
    start("kube-controller-manager", controllerManagerArguments(network, pki.dir));
    start("kube-scheduler", schedulerArguments(pki.dir));
  } catch (error) {
    await stop();
    throw error;
  }
  return { port: apiServer, server: pki.server, kubeConfig: pki.kubeConfig, stop };
}

/** Ready means that every start-up hook has run (RBAC's roles among them) and the namespaces of the system exist. */
async function apiServerReady(kubeConfig: KubeConfig, signal: AbortSignal): Promise<void> {
  const end = Date.now() + readyLimitMs;
  for (;;) {
    const problem = await ready(kubeConfig);
    if (problem === undefined) return;
    signal.throwIfAborted();
    if (Date.now() > end) {
      throw new Error(
        `kube-apiserver was not ready within ${readyLimitMs / 1000} s; see logs/kube-apiserver.log and logs/etcd.log`,
        { cause: problem },
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What is still missing, if anything. */
async function ready(kubeConfig: KubeConfig): Promise<unknown> {
  for (const path of ["/readyz", "/api/v1/namespaces/kube-system", "/api/v1/namespaces/kube-node-lease"]) {
    const answer = await statusOf(kubeConfig, path).catch((error: unknown) => error);
    if (answer !== 200) return typeof answer === "number" ? new Error(`${path} answers ${answer}`) : answer;
  }
  return undefined;
}

async function statusOf(kubeConfig: KubeConfig, path: string): Promise<number | undefined> {
  const options: RequestOptions = { timeout: 5000, agent: false };
  await kubeConfig.applyToHTTPSOptions(options);
  return new Promise((resolve, reject) => {
    const request = get(`${kubeConfig.getCurrentCluster()?.server ?? ""}${path}`, options, (response) => {
      response.resume().once("end", () => resolve(response.statusCode));
    });
    request.once("timeout", () => request.destroy(new Error(`no answer from ${path} within 5 s`)));
    request.once("error", reject);
  });
}
