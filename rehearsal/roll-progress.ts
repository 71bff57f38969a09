import type { RollEvent } from "../kops/roll-events.ts";
import { shortDuration } from "./event-log.ts";

/** Says how far a roll is: `node 2 of 4: draining i-0ab (nodes-us-east-1b), 1m12s elapsed, about 2m00s left`. */
export class RollProgress {
  #begun = new Set<string>();
  #terminated = new Set<string>();
  #group = "";

  constructor(
    /** Nodes to be replaced in all, from the dry run. */
    private readonly total: number,
    private readonly startMs: number,
  ) {}

  /** A line when the event moves the roll on, else undefined. */
  push(event: RollEvent, nowMs: number): string | undefined {
    if (event.group !== undefined) this.#group = event.group;
    const what = event.node ?? event.instance ?? "";
    const group = this.#group === "" ? "" : ` (${this.#group})`;
    if (event.kind === "node-draining") {
      this.#begun.add(what);
      return this.#line(`draining ${what}${group}`, nowMs);
    }
    if (event.kind === "instance-terminating") {
      this.#begun.add(what);
      this.#terminated.add(what);
      return this.#line(`terminating ${what}${group}`, nowMs);
    }
    if (event.kind === "instance-detached")
      return this.#line(`detached ${event.instance ?? what}${group}, waiting for its replacement`, nowMs);
    if (event.kind === "validation-failed")
      return this.#line(`waiting until the cluster is valid again: ${event.message}`, nowMs);
    return undefined;
  }

  #line(what: string, nowMs: number): string {
    const elapsedMs = nowMs - this.startMs;
    const total = Math.max(this.total, this.#begun.size);
    const position = this.#begun.size === 0 ? `before node 1 of ${total}` : `node ${this.#begun.size} of ${total}`;
    const forecast = leftMs({ elapsedMs, total, begun: this.#begun.size, terminated: this.#terminated.size });
    const left = forecast === undefined ? "" : `, about ${shortDuration(forecast)} left`;
    return `${position}: ${what}, ${shortDuration(elapsedMs)} elapsed${left}`;
  }
}

/** How many nodes a line of `RollProgress` speaks of; undefined for any other text. */
export function totalOf(message: string): number | undefined {
  const found = /^(?:before )?node \d+ of (\d+): /.exec(message)?.[1];
  return found === undefined ? undefined : Number(found);
}

/**
 * What is left of a roll, in ms, from what the nodes so far took: a node's turn is half over when its instance is
 * terminated, and whole when the next one begins. Undefined before the first one was terminated.
 */
export function leftMs(roll: {
  readonly elapsedMs: number;
  readonly total: number;
  readonly begun: number;
  readonly terminated: number;
}): number | undefined {
  const { elapsedMs, total, begun, terminated } = roll;
  if (terminated === 0) return undefined;
  const done = begun > terminated ? terminated : terminated - 0.5;
  return (elapsedMs / done) * Math.max(0, total - done);
}
