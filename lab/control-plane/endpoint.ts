import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { Part } from "../context.ts";
import type { Faults } from "../faults.ts";
import type { Credentials } from "./certificates.ts";
import { Delay } from "./delay.ts";

/** Where the endpoint's connections go. */
export interface EndpointTarget {
  /** Of the API server itself, on 127.0.0.1. */
  readonly port: number;
  /** For answers in the API server's stead. */
  readonly server: Credentials;
}

const answer503 = JSON.stringify({
  kind: "Status",
  apiVersion: "v1",
  status: "Failure",
  message: "the API server is failing (a fault of the lab: api-errors)",
  reason: "ServiceUnavailable",
  code: 503,
});

/**
 * The API server's address for kops, kubectl and Pulumi: a TCP pass-through, as the load balancer or DNS record of a
 * cluster on AWS is. Connections are spread over the control-plane instances that are up and end with their instance;
 * with none up they are closed at once. (`resetAndDestroy` would be the truer end, but leaves handles open.)
 */
export class ApiEndpoint implements Part {
  readonly port: number;
  readonly #faults: Faults;
  readonly #server: Server;
  readonly #stopListening: () => void;
  /** Open client connections, each with the instance to which it belongs; "" where the fault answers. */
  readonly #connections = new Map<Socket, string>();
  #target: EndpointTarget | undefined;
  #failing: HttpsServer | undefined;
  #up: readonly string[] = [];
  #turn = 0;

  /** Listens on this port of 127.0.0.1; rejects when it is taken. */
  static async listen(port: number, faults: Faults): Promise<ApiEndpoint> {
    const endpoint = new ApiEndpoint(port, faults);
    await new Promise<void>((resolve, reject) => {
      endpoint.#server.once("error", reject);
      endpoint.#server.listen({ port, host: "127.0.0.1" }, resolve);
    });
    return endpoint;
  }

  private constructor(port: number, faults: Faults) {
    this.port = port;
    this.#faults = faults;
    this.#server = createServer((client) => this.#accept(client));
    this.#stopListening = faults.onChange(() => this.#faultsChanged());
  }

  /** The control plane behind the endpoint; undefined when there is none. */
  setTarget(target: EndpointTarget | undefined): void {
    this.#target = target;
    this.#cut(() => true);
    this.#failing = target && createHttpsServer({ cert: target.server.certificate, key: target.server.privateKey });
    this.#failing?.on("request", (request, response) => {
      request.resume();
      response.writeHead(503, { "content-type": "application/json", "retry-after": "1" }).end(answer503);
    });
    // A client that gives up during the handshake is no matter of ours.
    this.#failing?.on("tlsClientError", (_error, socket) => socket.destroy());
  }

  /** The control-plane instances that are up, by id; connections of all others are cut. */
  setUp(instances: readonly string[]): void {
    this.#up = [...instances];
    this.#cut((instance) => instance !== "" && !this.#up.includes(instance));
  }

  get up(): readonly string[] {
    return this.#up;
  }

  /** The instance of each open connection, oldest first. */
  connections(): string[] {
    return [...this.#connections.values()];
  }

  async stop(): Promise<void> {
    this.#stopListening();
    this.#cut(() => true);
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket): void {
    client.on("error", () => client.destroy());
    const target = this.#target;
    const instance = this.#up[this.#turn++ % this.#up.length];
    if (!target || instance === undefined) {
      client.destroy();
      return;
    }
    const failing = this.#faults.active("api-errors") && this.#failing;
    this.#connections.set(client, failing ? "" : instance);
    client.once("close", () => this.#connections.delete(client));
    if (failing) failing.emit("connection", client);
    else this.#pass(client, target.port);
  }

  #pass(client: Socket, port: number): void {
    client.setNoDelay(true);
    const upstream = connect({ port, host: "127.0.0.1", noDelay: true });
    const late = new Delay(() => this.#faults.active("api-slow")?.value ?? 0);
    client.pipe(upstream);
    upstream.pipe(late).pipe(client);
    upstream.once("error", () => client.destroy());
    upstream.once("close", () => late.end());
    client.once("close", () => upstream.destroy());
  }

  /** While answers are 503 nobody may go on with a connection from before; afterwards nobody with one from then. */
  #faultsChanged(): void {
    const failing = this.#faults.active("api-errors") !== undefined;
    this.#cut((instance) => (instance === "") !== failing);
  }

  #cut(which: (instance: string) => boolean): void {
    for (const [client, instance] of [...this.#connections]) {
      if (!which(instance)) continue;
      this.#connections.delete(client);
      client.destroy();
    }
  }
}
