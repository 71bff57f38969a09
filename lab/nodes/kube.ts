import http from "node:http";
import https from "node:https";
import type { KubeConfig, V1Status } from "@kubernetes/client-node";

/** The API server answered with an error. */
export class KubeError extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
    this.name = "KubeError";
  }
}

export type PatchType = "merge" | "strategic-merge" | "apply";

const contentTypes = {
  merge: "application/merge-patch+json",
  "strategic-merge": "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
} as const satisfies Record<PatchType, string>;

/** How long one call may take, in ms. */
const requestTimeoutMs = 10_000;

/**
 * A thin client of the API server: JSON in, JSON out.
 *
 * The generated client turns each object into class instances and drops the fields that it does not know; with all
 * pods, services and endpoint slices of a cluster under watch, and add-ons of any kind to apply, neither will do.
 */
export class Kube {
  private constructor(
    private readonly server: URL,
    private readonly options: https.RequestOptions,
  ) {}

  /** Reads address and credentials of the current context once. */
  static async from(config: KubeConfig): Promise<Kube> {
    const cluster = config.getCurrentCluster();
    if (cluster === null) throw new Error("the kubeconfig of the lab has no current cluster");
    const options: https.RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const server = new URL(cluster.server);
    const { ca, cert, key, rejectUnauthorized, servername } = options;
    const agent =
      server.protocol === "https:"
        ? new https.Agent({ keepAlive: true, maxSockets: 16, ca, cert, key, rejectUnauthorized, servername })
        : new http.Agent({ keepAlive: true, maxSockets: 16 });
    return new Kube(server, { headers: options.headers, auth: options.auth ?? undefined, agent });
  }

  /** Closes the kept connections. */
  close(): void {
    (this.options.agent as http.Agent).destroy();
  }

  get<T>(path: string): Promise<T> {
    return this.#json<T>("GET", path);
  }

  create<T extends object>(path: string, object: T): Promise<T> {
    return this.#json<T>("POST", path, object, "application/json");
  }

  patch<T>(path: string, patch: object, type: PatchType = "strategic-merge"): Promise<T> {
    return this.#json<T>("PATCH", path, patch, contentTypes[type]);
  }

  delete(path: string, options: object = {}): Promise<unknown> {
    return this.#json("DELETE", path, options, "application/json");
  }

  /** Opens a stream of `GET path`; the caller reads and destroys it. Rejects with a KubeError unless it is a 200. */
  async stream(path: string, idleTimeoutMs: number): Promise<http.IncomingMessage> {
    const response = await this.#send("GET", path, undefined, undefined, idleTimeoutMs);
    if (response.statusCode === 200) return response;
    throw failure("GET", path, response.statusCode ?? 0, await text(response));
  }

  async #json<T>(method: string, path: string, body?: object, contentType?: string): Promise<T> {
    const response = await this.#send(method, path, body, contentType, requestTimeoutMs);
    const answer = await text(response);
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) throw failure(method, path, status, answer);
    return JSON.parse(answer) as T;
  }

  #send(
    method: string,
    path: string,
    body: object | undefined,
    contentType: string | undefined,
    timeout: number,
  ): Promise<http.IncomingMessage> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const url = new URL(this.server.pathname.replace(/\/$/, "") + path, this.server);
    const headers = {
      ...(this.options.headers as http.OutgoingHttpHeaders | undefined),
      accept: "application/json",
      ...(payload === undefined ? {} : { "content-type": contentType, "content-length": Buffer.byteLength(payload) }),
    };
    const module = url.protocol === "https:" ? https : http;
    return new Promise((resolve, reject) => {
      const request = module.request(url, { ...this.options, method, headers, timeout }, resolve);
      request.on("timeout", () =>
        request.destroy(new Error(`${method} ${url.pathname}: nothing heard from the API server for ${timeout} ms`)),
      );
      request.on("error", reject);
      request.end(payload);
    });
  }
}

async function text(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function failure(method: string, path: string, status: number, body: string): KubeError {
  let answer: Partial<V1Status> = {};
  try {
    answer = JSON.parse(body) as V1Status;
  } catch {
    // Not every error comes as JSON: a proxy's or an early 5xx is plain text.
    answer = { message: body.slice(0, 300) };
  }
  const message = `${method} ${path}: ${status} ${answer.reason ?? ""} ${answer.message ?? ""}`.trim();
  return new KubeError(status, answer.reason ?? "", message);
}

/** Whether the object is not, or no longer, there. */
export const isNotFound = (error: unknown): boolean => error instanceof KubeError && error.status === 404;

/** Whether the object exists already, or changed meanwhile. */
export const isConflict = (error: unknown): boolean => error instanceof KubeError && error.status === 409;
