import type { RollEvent } from "../kops/roll-events.ts";
import { shortDuration } from "./event-log.ts";

/** Says how far a roll is: `node 2 of 4: draining i-0ab (nodes-us-east-1b), 1m12s elapsed, about 2m00s left`. */
export class RollProgress {
  #begun = new Set<string>();
  #done = 0;
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
      this.#done = this.#begun.size;
      return this.#line(`terminating ${what}${group}`, nowMs);
    }
    if (event.kind === "instance-detached")
      return this.#line(`detached ${event.instance ?? what}${group}, waiting for its replacement`, nowMs);
    if (event.kind === "validation-failed")
      return this.#line(`waiting until the cluster is valid again: ${event.message}`, nowMs);
    return undefined;
  }

  #line(what: string, nowMs: number): string {
    const elapsed = nowMs - this.startMs;
    const of = Math.max(this.total, this.#begun.size);
    const position = this.#begun.size === 0 ? `before node 1 of ${of}` : `node ${this.#begun.size} of ${of}`;
    // From what the finished nodes took; the one at hand counts as half.
    const left =
      this.#done === 0 ? "" : `, about ${shortDuration((elapsed / (this.#done - 0.5)) * (of - this.#done + 0.5))} left`;
    return `${position}: ${what}, ${shortDuration(elapsed)} elapsed${left}`;
  }
}
