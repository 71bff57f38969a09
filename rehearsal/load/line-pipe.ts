import { closeSync, constants, openSync, readSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { setInterval } from "node:timers/promises";
import { run } from "../exec.ts";

/** How often lines are fetched, in ms. */
const fetchEveryMs = 20;

/**
 * A pipe for a program that writes thousands of short lines a second. Node.js wakes up for each of them when it reads a
 * child's stream, which takes the processor away from who writes; here they are fetched fifty times a second. The system
 * holds what is written meanwhile (64 KiB on Linux: a thousand requests).
 */
export class LinePipe {
  readonly #reader: number;
  readonly #writer: number;

  private constructor(path: string) {
    // Without O_NONBLOCK, opening a pipe waits for its other end, and reading it for a line.
    this.#reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    this.#writer = openSync(path, constants.O_WRONLY);
  }

  /**
   * @param parent folder that it is in for the moment in which it has a name
   * @throws CommandError when there is no `mkfifo`
   */
  static async create(cluster: string, parent = tmpdir()): Promise<LinePipe> {
    const dir = await mkdtemp(join(parent, "rehearsal-pipe-"));
    try {
      const path = join(dir, "lines");
      await run({ file: "mkfifo", args: ["-m", "600", path], cluster, timeLimitMs: 10_000 });
      return new LinePipe(path);
    } finally {
      // Its two ends are all that is needed of it.
      await rm(dir, { recursive: true, force: true });
    }
  }

  /** Starts a program with the descriptor of the writing end, which is nobody else's from then on. */
  open<T>(start: (descriptor: number) => T): T {
    try {
      return start(this.#writer);
    } finally {
      closeSync(this.#writer);
    }
  }

  /** Hands over every line until nobody holds the writing end any more. */
  async lines(take: (line: string) => void): Promise<void> {
    const decoder = new StringDecoder("utf8");
    const piece = Buffer.allocUnsafe(1 << 16);
    let rest = "";
    const handOver = (text: string): void => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) take(line);
    };
    try {
      const decode = (bytes: Buffer): void => handOver(decoder.write(bytes));
      for await (const fetch of setInterval(fetchEveryMs, () => this.#fetch(piece, decode))) if (fetch()) break;
      handOver(decoder.end());
      if (rest !== "") take(rest);
    } finally {
      closeSync(this.#reader);
    }
  }

  /** Takes what is there. @returns true when there will be no more */
  #fetch(into: Buffer, take: (bytes: Buffer) => void): boolean {
    for (;;) {
      const length = this.#read(into);
      if (length === undefined) return false;
      if (length === 0) return true;
      take(into.subarray(0, length));
    }
  }

  /** @returns how many bytes there were; 0 at the end, undefined when there are none yet */
  #read(into: Buffer): number | undefined {
    try {
      return readSync(this.#reader, into);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") return undefined;
      throw error;
    }
  }
}
