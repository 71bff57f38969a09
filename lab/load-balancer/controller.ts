import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import type { V1EndpointSlice, V1Service } from "@kubernetes/client-node";
import type { LabContext, Part } from "../context.ts";
import type { Kube } from "../nodes/kube.ts";
import { CollectionWatch } from "../nodes/watch.ts";
import { AddressBlock, servedAddress } from "../pods/address-block.ts";
import { EventSink } from "../pods/event-sink.ts";
import type { Balancer, BalancerFaults, FromServer, ToServer } from "./protocol.ts";
import { listenerPorts } from "./targets.ts";

/** The second byte of the load balancers' addresses: 127.97.x.y. */
const balancerSecondByte = 97;
const serverScript = fileURLToPath(new URL("server.mjs", import.meta.url));

export interface LoadBalancerOptions {
  readonly context: LabContext;
  readonly kube: Kube;
  readonly deregistrationMs: number;
  /** Interval of the health checks, and how long a new target waits for its first connection, in ms. Default 500. */
  readonly healthMs?: number;
}

/** Gives every Service of type LoadBalancer an address, and keeps its targets up to date. */
export class LoadBalancers implements Part {
  readonly #options: LoadBalancerOptions;
  readonly #block: AddressBlock;
  readonly #addresses = new Map<string, string>();
  readonly #listening = new Map<string, Set<number>>();
  #server?: ChildProcess;
  #services?: CollectionWatch<V1Service>;
  #slices?: CollectionWatch<V1EndpointSlice>;
  #balancers: Balancer[] = [];
  #pending = false;
  #stopped = false;
  #stopListening = (): void => undefined;

  private constructor(options: LoadBalancerOptions, block: AddressBlock) {
    this.#options = options;
    this.#block = block;
  }

  static async start(options: LoadBalancerOptions): Promise<LoadBalancers> {
    const balancers = new LoadBalancers(options, await AddressBlock.reserve(balancerSecondByte));
    await balancers.#start();
    return balancers;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening();
    this.#services?.stop();
    this.#slices?.stop();
    if (this.#server) await this.#options.context.processes.stop(this.#server, 1000);
    await this.#block.release();
  }

  status(): { name: string; address: string; targets: number }[] {
    return this.#balancers.map(({ name, address, ports }) => {
      const targets = new Set(ports.flatMap((port) => port.targets.map(({ id }) => id)));
      return { name, address, targets: targets.size };
    });
  }

  async #start(): Promise<void> {
    const { kube, context } = this.#options;
    this.#startServer();
    const changed = () => this.#changed();
    const onError = (error: Error) => this.#log(`watch: ${error.message}; listing again`);
    const handlers = { kube, upsert: changed, remove: changed, onError };
    this.#services = await CollectionWatch.start<V1Service>({ ...handlers, path: "/api/v1/services" });
    const path = "/apis/discovery.k8s.io/v1/endpointslices";
    this.#slices = await CollectionWatch.start<V1EndpointSlice>({ ...handlers, path });
    this.#stopListening = context.faults.onChange(() => this.#sendFaults());
    this.#changed();
  }

  /** Starts the data path, and starts it again should it die. */
  #startServer(): void {
    const { context, deregistrationMs, healthMs } = this.#options;
    const onExit = (code: number | null, signal: NodeJS.Signals | null) => {
      if (this.#stopped) return;
      this.#log(`the load balancer's process ended (${signal ?? code}); starting it again`);
      setTimeout(() => this.#stopped || this.#startServer(), 500);
    };
    const args = ["--max-old-space-size=128", serverScript];
    const server = context.processes.start({
      name: "load-balancer",
      command: process.execPath,
      args,
      ipc: true,
      onExit,
    });
    server.on("message", (message) => this.#heard(message as FromServer));
    // A message to a process that has just died; onExit deals with that.
    server.on("error", (error) => this.#log(error.message));
    this.#server = server;
    this.#send({ type: "timing", deregistrationMs, healthMs: healthMs ?? 500 });
    this.#sendFaults();
    this.#send({ type: "balancers", balancers: this.#balancers });
  }

  /** What happens in one moment is passed on together. */
  #changed(): void {
    if (this.#pending) return;
    this.#pending = true;
    setImmediate(() => {
      this.#pending = false;
      if (!this.#stopped) this.#sync();
    });
  }

  #sync(): void {
    const services = (this.#services?.values() ?? []).filter(
      ({ spec, metadata }) => spec?.type === "LoadBalancer" && metadata?.deletionTimestamp === undefined,
    );
    const names = new Set(services.map(nameOf));
    for (const [name, address] of this.#addresses) if (!names.has(name)) this.#forget(name, address);
    const balancers = services.map((service) => ({
      name: nameOf(service),
      address: this.#addressOf(nameOf(service)),
      ports: listenerPorts(service, this.#slicesOf(service), servedAddress),
    }));
    if (!isDeepStrictEqual(balancers, this.#balancers)) {
      this.#balancers = balancers;
      this.#send({ type: "balancers", balancers });
    }
    for (const service of services) this.#publish(service);
  }

  #slicesOf({ metadata }: V1Service): V1EndpointSlice[] {
    return (this.#slices?.values() ?? []).filter(
      (slice) =>
        slice.metadata?.namespace === metadata?.namespace &&
        slice.metadata?.labels?.["kubernetes.io/service-name"] === metadata?.name,
    );
  }

  #addressOf(name: string): string {
    const address = this.#addresses.get(name) ?? this.#block.take();
    this.#addresses.set(name, address);
    return address;
  }

  #forget(name: string, address: string): void {
    this.#addresses.delete(name);
    this.#listening.delete(name);
    this.#block.give(address);
  }

  #heard(message: FromServer): void {
    if (message.type === "faults") return;
    const service = (this.#services?.values() ?? []).find((one) => nameOf(one) === message.name);
    if (service === undefined || this.#addresses.get(message.name) !== message.address) return;
    if (message.type === "listening") {
      const ports = this.#listening.get(message.name) ?? new Set();
      this.#listening.set(message.name, ports.add(message.port));
      return this.#publish(service);
    }
    const { address, port, code } = message;
    const why =
      code === "EACCES"
        ? `ports below 1024 need root on this machine: give the Service a port from 1024 up, e.g. 8080`
        : message.message;
    const text = `the lab's load balancer cannot listen on ${address}:${port}: ${why}`;
    this.#log(`Service ${message.name}: ${text}`);
    this.#events(service).add({ type: "Warning", reason: "SyncLoadBalancerFailed", message: text });
    if (code !== "EADDRINUSE") return;
    // Somebody else's: the address stays taken, the Service gets the next one.
    this.#addresses.delete(message.name);
    this.#listening.delete(message.name);
    this.#changed();
  }

  /** Shows the address in the Service's status once all its ports are open. */
  #publish(service: V1Service): void {
    const name = nameOf(service);
    const address = this.#addresses.get(name);
    const open = this.#listening.get(name);
    const balancer = this.#balancers.find((one) => one.name === name);
    if (address === undefined || !balancer?.ports.every(({ port }) => open?.has(port))) return;
    const shown = service.status?.loadBalancer?.ingress;
    if (shown?.length === 1 && shown[0]?.ip === address) return;
    const { namespace, name: serviceName } = service.metadata ?? {};
    const patch = { status: { loadBalancer: { ingress: [{ ip: address, ipMode: "Proxy" }] } } };
    this.#options.kube
      .patch(`/api/v1/namespaces/${namespace}/services/${serviceName}/status`, patch, "merge")
      .then(() => this.#log(`Service ${name} has the address ${address}`))
      .catch((error: unknown) => {
        this.#log(`status of Service ${name}: ${(error as Error).message}; trying again`);
        setTimeout(() => this.#changed(), 1000).unref();
      });
  }

  #sendFaults(): void {
    const faults = this.#options.context.faults.list();
    const drop = faults.find(({ kind }) => kind === "lb-drop");
    const delay = faults.find(({ kind }) => kind === "lb-delay");
    const served = (target: string): string => target.replace(/^100\./, "127.");
    const dropTargets = faults
      .filter(({ kind }) => kind === "lb-drop-target")
      .map(({ target = "any", until }) => ({ target: served(target), until }));
    const resets = faults
      .filter(({ kind }) => kind === "lb-reset")
      .map(({ target, until }) => ({ target: target === undefined ? undefined : served(target), until }));
    const message: BalancerFaults = {
      drop: drop && { until: drop.until },
      delay: delay && { ms: delay.value ?? 100, until: delay.until },
      dropTargets,
      resets,
    };
    this.#send({ type: "faults", ...message });
  }

  #send(message: ToServer): void {
    if (this.#server?.connected) this.#server.send(message);
  }

  #events(service: V1Service): EventSink {
    const about = { ...service, apiVersion: "v1", kind: "Service" };
    return new EventSink(this.#options.kube, about, undefined, (message) => this.#log(message));
  }

  #log(message: string): void {
    this.#options.context.log("load-balancer", message);
  }
}

const nameOf = ({ metadata }: V1Service): string => `${metadata?.namespace}/${metadata?.name}`;
