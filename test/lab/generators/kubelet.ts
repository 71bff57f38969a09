import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { CoreV1Api, makeInformer, type KubeConfig, type V1Container, type V1Pod } from "@kubernetes/client-node";
import { issueCertificate } from "../../../lab/control-plane/certificates.ts";
import { parseKeyset } from "../../../lab/control-plane/keyset.ts";
import { freePorts } from "../../../lab/ports.ts";

interface Container {
  readonly process: ChildProcess;
  /** What the pod's port 6565 is on this machine, which all pods share. */
  readonly port: number;
  readonly lines: { readonly time: string; readonly text: string }[];
  /** It was told to stop. */
  told: boolean;
  ended: boolean;
}

/**
 * The kubelets of some nodes, as far as Jobs need them: runs the command of a pod's container, with its environment and the
 * ConfigMap that it mounts, serves its log to the API server and tells how it ended.
 */
export class Kubelets {
  readonly #core: CoreV1Api;
  readonly #containers = new Map<string, Container>();
  readonly #begun = new Set<string>();
  readonly #gone = new Set<string>();
  #server: Server | undefined;
  #stop = (): Promise<void> => Promise.resolve();
  /** Breaks each log off once, after so many lines. */
  breakLogsAfter = Infinity;
  readonly #broken = new Set<string>();
  readonly #beats: NodeJS.Timeout[] = [];

  constructor(
    private readonly kubeConfig: KubeConfig,
    private readonly dir: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    this.#core = kubeConfig.makeApiClient(CoreV1Api);
  }

  async start(nodes: number, ca: string): Promise<void> {
    const { certificate, privateKey } = await issueCertificate(parseKeyset(ca, "ca"), {
      commonName: "kubelet",
      names: ["127.0.0.1"],
    });
    const server = createServer({ cert: certificate, key: privateKey }, (request, response) => {
      // /containerLogs/NAMESPACE/POD/CONTAINER
      const url = new URL(request.url ?? "", "https://kubelet");
      const name = url.pathname.split("/")[3] ?? "";
      const container = this.#containers.get(name);
      if (container === undefined) return response.writeHead(404).end();
      const since = url.searchParams.get("sinceTime") ?? "";
      let at = container.lines.findIndex(({ time }) => time >= since.replace("Z", ""));
      if (at < 0) at = container.lines.length;
      const timer = setInterval(() => {
        for (; at < container.lines.length; at++) {
          if (at >= this.breakLogsAfter && !this.#broken.has(name)) {
            this.#broken.add(name);
            clearInterval(timer);
            return void response.destroy();
          }
          const { time, text } = container.lines[at]!;
          response.write(url.searchParams.get("timestamps") === "true" ? `${time} ${text}\n` : `${text}\n`);
        }
        if (container.ended || url.searchParams.get("follow") !== "true") response.end();
      }, 20);
      response.on("close", () => clearInterval(timer));
      return undefined;
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.#server = server;
    for (let node = 0; node < nodes; node++)
      await this.#register(`node-${node}`, (server.address() as AddressInfo).port);
    const list = () => this.#core.listPodForAllNamespaces();
    const informer = makeInformer<V1Pod>(this.kubeConfig, "/api/v1/pods", list);
    const see = (pod: V1Pod): void => void this.#see(pod).catch(() => undefined);
    informer.on("add", see);
    informer.on("update", see);
    informer.on("delete", ({ metadata }) => this.#forget(metadata?.name ?? ""));
    this.#stop = () => informer.stop();
    await informer.start();
  }

  async close(): Promise<void> {
    for (const timer of this.#beats) clearInterval(timer);
    await this.#stop();
    for (const { process } of this.#containers.values()) process.kill("SIGKILL");
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  /** The process of a pod. */
  process(pod: string): ChildProcess | undefined {
    return this.#containers.get(pod)?.process;
  }

  /** Pods whose process runs, whether the API server still knows of them or not. */
  get running(): string[] {
    return [...this.#containers].flatMap(([pod, { ended }]) => (ended ? [] : [pod]));
  }

  port(pod: string): number {
    return this.#containers.get(pod)?.port ?? 0;
  }

  get broken(): number {
    return this.#broken.size;
  }

  async #register(name: string, port: number): Promise<void> {
    const capacity = { cpu: "8", memory: "16Gi", pods: "100" };
    await this.#core.createNode({ body: { metadata: { name, labels: { "kubernetes.io/hostname": name } } } });
    await this.#core.replaceNodeStatus({
      name,
      body: {
        metadata: { name },
        status: {
          capacity,
          allocatable: capacity,
          addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
          daemonEndpoints: { kubeletEndpoint: { Port: port } },
          conditions: [ready()],
        },
      },
    });
    // A new node is tainted until the controllers have seen that it is ready.
    const body = [{ op: "replace", path: "/spec/taints", value: [] }];
    await this.#core.patchNode({ name, body }).catch(() => undefined);
    // One that is not heard of for some forty seconds is unreachable, and gets no more pods.
    const beat = (): Promise<unknown> =>
      this.#core.patchNodeStatus({
        name,
        body: [{ op: "replace", path: "/status/conditions", value: [ready()] }],
      });
    this.#beats.push(setInterval(() => void beat().catch(() => undefined), 5000));
  }

  async #see(pod: V1Pod): Promise<void> {
    const { name = "", namespace = "", uid = "", deletionTimestamp } = pod.metadata ?? {};
    const container = pod.spec?.containers[0];
    if (pod.spec?.nodeName === undefined || container === undefined) return;
    if (deletionTimestamp !== undefined) {
      const running = this.#containers.get(name);
      if (running?.ended === false) {
        // Once, whatever else of the pod changes until it has stopped: k6 ends at once when it is told a second time.
        if (!running.told) running.process.kill("SIGTERM");
        running.told = true;
      } else await this.#core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 0 });
      return;
    }
    if (this.#begun.has(uid)) return;
    this.#begun.add(uid);
    await this.#run(pod, container);
  }

  /** A pod that is gone has no process either, whether it was told to stop or not. */
  #forget(name: string): void {
    this.#gone.add(name);
    this.#containers.get(name)?.process.kill("SIGKILL");
  }

  async #run(pod: V1Pod, spec: V1Container): Promise<void> {
    const { name = "", namespace = "" } = pod.metadata ?? {};
    const home = join(this.dir, name);
    await mkdir(home, { recursive: true });
    for (const volume of pod.spec?.volumes ?? []) {
      if (volume.configMap?.name === undefined) continue;
      const { data = {} } = await this.#core.readNamespacedConfigMap({ name: volume.configMap.name, namespace });
      for (const [file, text] of Object.entries(data)) await writeFile(join(home, file), text);
    }
    const [port = 0] = await freePorts(1);
    // What a container has to itself: its files and its ports.
    const own = (text: string): string =>
      text.replace(/\/(test|tmp)\//g, `${home}/`).replace(/(0\.0\.0\.0|127\.0\.0\.1):6565/g, `127.0.0.1:${port}`);
    const [command = "", ...args] = (spec.command ?? []).map(own);
    const env = Object.fromEntries((spec.env ?? []).map((one) => [one.name, own(one.value ?? "")]));
    if (this.#gone.has(name)) return;
    const child = spawn(command, args, { env: { ...this.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    const container: Container = { process: child, port, lines: [], told: false, ended: false };
    this.#containers.set(name, container);
    const closed = [child.stdout, child.stderr].map((stream) => {
      const lines = createInterface({ input: stream });
      lines.on("line", (text) => container.lines.push({ time: new Date().toISOString(), text }));
      return new Promise((resolve) => lines.on("close", resolve));
    });
    const exit = new Promise<number>((resolve) =>
      child.once("close", (status, signal) => resolve(status ?? (signal === "SIGKILL" ? 137 : 143))),
    );
    const ended = Promise.all([exit, ...closed]).then(([code]) => {
      container.ended = true;
      return code;
    });
    await this.#status(pod, "Running", { running: { startedAt: new Date() } });
    const code = await ended;
    await this.#status(pod, code === 0 ? "Succeeded" : "Failed", {
      terminated: { exitCode: code, finishedAt: new Date() },
    });
    const found = await this.#core.readNamespacedPod({ name, namespace }).catch(() => undefined);
    if (found?.metadata?.deletionTimestamp !== undefined)
      await this.#core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 0 }).catch(() => undefined);
  }

  async #status(pod: V1Pod, phase: string, state: object): Promise<void> {
    const { name = "", namespace = "" } = pod.metadata ?? {};
    const container = pod.spec?.containers[0];
    const containerStatuses = [
      {
        name: container?.name,
        image: container?.image,
        imageID: "",
        ready: phase === "Running",
        restartCount: 0,
        state,
      },
    ];
    const body = [{ op: "add", path: "/status", value: { phase, containerStatuses } }];
    await this.#core.patchNamespacedPodStatus({ name, namespace, body });
  }
}

function ready() {
  const now = new Date();
  return {
    ...{ type: "Ready", status: "True", reason: "KubeletReady" },
    ...{ lastHeartbeatTime: now, lastTransitionTime: now },
  };
}
