import http from "node:http";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { isObject, stringAt, type Props, type Value } from "../provider/values.ts";
import type { Connection } from "./kubeconfig.ts";

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

export interface Request {
  readonly method: Method;
  /** With the query, e.g. `/api/v1/namespaces/default/pods`. */
  readonly path: string;
  readonly body?: Value;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/** The API server has answered, but not with success. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** e.g. `NotFound`, `Conflict`. */
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/** The API server did not answer. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}

const requestTimeoutMs = 30_000;
const pausesMs = [250, 500, 1000, 2000, 4000];
/** What an API server answers that is overloaded, starting, or behind a proxy without a backend. */
const transient = new Set([429, 500, 502, 503, 504]);

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Requests to one cluster over kept-alive connections. */
export class Client {
  readonly connection: Connection;
  readonly #agent: https.Agent | http.Agent;

  constructor(connection: Connection) {
    this.connection = connection;
    this.#agent = connection.server.startsWith("https:")
      ? new https.Agent({
          keepAlive: true,
          ca: connection.ca,
          cert: connection.certificate,
          key: connection.key,
          servername: connection.serverName,
          rejectUnauthorized: !connection.insecure,
        })
      : new http.Agent({ keepAlive: true });
  }

  /**
   * Sends a request and returns the object that comes back. Everything this plugin sends may be sent twice, so what
   * fails for a passing reason is tried again, for about eight seconds.
   *
   * @throws {ApiError} when the server refuses; {@link UnreachableError} when there is no server.
   */
  async request(request: Request): Promise<Props> {
    for (const pause of pausesMs) {
      const answer = await this.#try(request);
      if (!(answer instanceof UnreachableError) && !transient.has(answer.status)) return parsed(answer);
      request.signal?.throwIfAborted();
      await sleep(pause, undefined, request.signal === undefined ? {} : { signal: request.signal });
    }
    const answer = await this.#try(request);
    if (answer instanceof UnreachableError) throw answer;
    return parsed(answer);
  }

  close(): void {
    this.#agent.destroy();
  }

  async #try(request: Request): Promise<Answer | UnreachableError> {
    try {
      return await this.#send(request);
    } catch (error) {
      const reason = error instanceof Error ? error.message || error.name : String(error);
      return new UnreachableError(`the Kubernetes API server ${this.connection.server} cannot be reached: ${reason}`, {
        cause: error,
      });
    }
  }

  #send(request: Request): Promise<Answer> {
    const { server, token } = this.connection;
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const module = server.startsWith("https:") ? https : http;
    return new Promise((resolve, reject) => {
      const call = module.request(`${server}${request.path}`, {
        method: request.method,
        agent: this.#agent,
        timeout: requestTimeoutMs,
        ...(request.signal === undefined ? {} : { signal: request.signal }),
        headers: {
          accept: "application/json",
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined
            ? {}
            : { "content-type": request.contentType ?? "application/json", "content-length": Buffer.byteLength(body) }),
        },
      });
      call.on("timeout", () => call.destroy(new Error(`no answer within ${requestTimeoutMs / 1000} s`)));
      call.on("error", reject);
      call.on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
        );
      });
      call.end(body);
    });
  }
}

function parsed({ status, text }: Answer): Props {
  let body: Value;
  try {
    body = JSON.parse(text) as Value;
  } catch {
    // An answer of something in between, e.g. a proxy.
    body = { message: text.trim().slice(0, 500) };
  }
  if (status >= 200 && status < 300 && isObject(body)) return body;
  const message = stringAt(body, ["message"]) ?? "";
  throw new ApiError(status, stringAt(body, ["reason"]) ?? "", message === "" ? `HTTP ${status}` : message);
}
