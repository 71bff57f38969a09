import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** The server that load benchmarks send to. */
export class LoadTarget {
  private constructor(
    private readonly server: ChildProcess,
    readonly url: string,
  ) {}

  static async start(project: string): Promise<LoadTarget> {
    const server = fork(join(project, "bench/load-server.mjs"));
    const [{ port }] = (await once(server, "message")) as [{ port: number }];
    return new LoadTarget(server, `http://127.0.0.1:${port}/hostname`);
  }

  async seen(): Promise<number> {
    const answer = once(this.server, "message") as Promise<[{ seen: number }]>;
    this.server.send("seen");
    const [{ seen }] = await answer;
    return seen;
  }

  /** Requests per second that come in over some seconds, after the first ones. */
  async rate(seconds: number): Promise<number> {
    await delay(1500);
    const before = await this.seen();
    const start = performance.now();
    await delay(seconds * 1000);
    return ((await this.seen()) - before) / ((performance.now() - start) / 1000);
  }

  stop(): void {
    this.server.kill();
  }
}
