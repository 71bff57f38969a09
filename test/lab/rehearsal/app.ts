import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { freePorts } from "../../../lab/ports.ts";

/** How the app treats a request. */
export type Treatment = "ok" | "pod-a" | "pod-b" | "503" | "404" | "empty" | "never" | "destroy";

/** An app on the loopback that counts what it does. */
export class App {
  readonly done: Partial<Record<Treatment, number>> = {};
  readonly #server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => this.#answer(request, response));
  readonly #held: ServerResponse[] = [];
  #seen = 0;
  #port = 0;

  /** @param treat what to do with the nth request (from 0); `fresh` is one that closes its connection */
  constructor(private readonly treat: (n: number, fresh: boolean) => Treatment = () => "ok") {}

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hostname`;
  }

  get seen(): number {
    return this.#seen;
  }

  async listen(): Promise<void> {
    // None that the system gives away: while the app is closed, a connection to it could get its port, and meet itself.
    if (this.#port === 0) [this.#port = 0] = await freePorts(1);
    await new Promise<void>((resolve) => this.#server.listen(this.#port, "127.0.0.1", resolve));
  }

  /** Answers what it has, then refuses connections. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const response of this.#held) response.destroy();
    this.#server.closeIdleConnections();
    this.#server.closeAllConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const treatment = this.treat(this.#seen++, request.headers.connection === "close");
    this.done[treatment] = (this.done[treatment] ?? 0) + 1;
    if (treatment === "never") this.#held.push(response);
    else if (treatment === "destroy") request.socket.destroy();
    else if (treatment === "empty") response.end();
    else if (treatment === "ok") response.end("web-7d9f-1");
    else if (treatment === "pod-a" || treatment === "pod-b")
      response.writeHead(200, { "X-Pod-Name": treatment }).end("the same words");
    else response.writeHead(Number(treatment)).end("no");
  }
}
