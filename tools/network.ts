import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

/** The server could not be reached at all, as on a machine without internet. */
export class NoWayOutError extends Error {
  override readonly name = "NoWayOutError";
}

/** The server answered, but not with what was asked for. */
export class HttpError extends Error {
  override readonly name = "HttpError";
}

interface Limits {
  /** Until the server's first answer. Default 5000 ms: short, so that a machine without internet loses no time. */
  readonly connectMs?: number;
  /** Between two pieces of the body. Default 30000 ms. */
  readonly stallMs?: number;
  /** Attempts in all, where the server is reached but answers 5xx or breaks off. Default 3. */
  readonly attempts?: number;
  /** Between two attempts, times the number of the attempt. Default 1000 ms. */
  readonly pauseMs?: number;
}

/**
 * Downloads over HTTP with time limits. Remembers that there is no way out: after one server could not be reached, all
 * other downloads of the run fail at once.
 */
export class Downloader {
  readonly #limits: Required<Limits>;
  #noWayOut: NoWayOutError | undefined;

  constructor(limits: Limits = {}) {
    this.#limits = { connectMs: 5000, stallMs: 30_000, attempts: 3, pauseMs: 1000, ...limits };
  }

  /** @throws {NoWayOutError | HttpError} */
  async text(url: string): Promise<string> {
    return this.#retry(url, async (response, stall) => {
      const chunks: Buffer[] = [];
      for await (const chunk of body(response, stall)) chunks.push(chunk);
      return Buffer.concat(chunks).toString("utf8");
    });
  }

  /**
   * Writes what is at `url` to `file`.
   *
   * @returns its SHA-256 in hexadecimal
   * @throws {NoWayOutError | HttpError}
   */
  async file(url: string, file: string): Promise<string> {
    return this.#retry(url, async (response, stall) => {
      const hash = createHash("sha256");
      const tee = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk);
          done(null, chunk);
        },
      });
      await pipeline(body(response, stall), tee, createWriteStream(file));
      return hash.digest("hex");
    });
  }

  async #retry<T>(url: string, use: (response: Response, stall: StallGuard) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(url, use);
      } catch (error) {
        if (error instanceof FinalHttpError || error instanceof NoWayOutError || attempt >= this.#limits.attempts) {
          throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, attempt * this.#limits.pauseMs));
      }
    }
  }

  async #once<T>(url: string, use: (response: Response, stall: StallGuard) => Promise<T>): Promise<T> {
    const stall = new StallGuard(this.#limits.stallMs);
    const response = await this.#connect(url, stall);
    try {
      return await use(response, stall);
    } catch (error) {
      throw new HttpError(`${url}: the download broke off`, { cause: error });
    } finally {
      stall.end();
    }
  }

  async #connect(url: string, stall: StallGuard): Promise<Response> {
    if (this.#noWayOut) {
      throw new NoWayOutError(`not tried, as ${this.#noWayOut.message}`, { cause: this.#noWayOut.cause });
    }
    stall.restart(this.#limits.connectMs);
    let response: Response;
    try {
      response = await fetch(url, { redirect: "follow", signal: stall.signal });
    } catch (error) {
      stall.end();
      const reason = `${new URL(url).host} cannot be reached (${reasonOf(error)})`;
      this.#noWayOut = new NoWayOutError(reason, { cause: error });
      throw this.#noWayOut;
    }
    if (response.ok) return response;
    stall.end();
    await response.body?.cancel();
    const message = `${url}: the server answered ${response.status} ${response.statusText}`;
    throw response.status >= 500 ? new HttpError(message) : new FinalHttpError(message);
  }
}

/** An answer that will be the same next time. */
class FinalHttpError extends HttpError {}

/** Aborts a transfer in which nothing arrives. */
class StallGuard {
  readonly #controller = new AbortController();
  readonly #ms: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number) {
    this.#ms = ms;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restart(ms = this.#ms): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#controller.abort(new Error(`nothing came for ${ms} ms`)), ms);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** The response's body, which keeps `stall` from going off as long as something arrives. */
async function* body(response: Response, stall: StallGuard): AsyncGenerator<Buffer> {
  stall.restart();
  if (!response.body) return;
  for await (const chunk of Readable.fromWeb(response.body)) {
    stall.restart();
    yield Buffer.from(chunk as Uint8Array);
  }
}

/** The innermost cause's code or message: fetch itself only says "fetch failed". */
function reasonOf(error: unknown): string {
  const { cause, code, message } = error as { cause?: unknown; code?: unknown; message?: unknown };
  if (typeof cause === "object" && cause !== null) return reasonOf(cause);
  return typeof code === "string" ? code : String(message ?? error);
}
