import type { RollEvent } from "../kops/roll-events.ts";
import { few } from "../analysis/words.ts";
import { shortDuration } from "./event-log.ts";

/** Says how far a roll is: `node 2 of 4: draining i-0ab (nodes-us-east-1b), 1m12s elapsed, about 2m00s left`. */
export class RollProgress {
  readonly #turns = new TurnClock();
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
      this.#turns.begin(what, nowMs);
      return this.#line(`draining ${what}${group}`, nowMs);
    }
    if (event.kind === "instance-terminating") {
      this.#turns.begin(what, nowMs);
      return this.#line(`terminating ${what}${group}`, nowMs);
    }
    if (event.kind === "instance-detached")
      return this.#line(`detached ${event.instance ?? what}${group}, waiting for its replacement`, nowMs);
    if (event.kind === "validation-failed")
      // All of them are told beside; here the first say enough, and kops' own comma counts as one.
      return this.#line(`waiting until the cluster is valid again: ${few(event.message, 4)}`, nowMs);
    return undefined;
  }

  #line(what: string, nowMs: number): string {
    const elapsedMs = nowMs - this.startMs;
    const { begun } = this.#turns;
    const total = Math.max(this.total, begun);
    const position = begun === 0 ? `before node 1 of ${total}` : `node ${begun} of ${total}`;
    const forecast = this.#turns.leftMs(total, nowMs);
    const left = forecast === undefined ? "" : `, about ${shortDuration(forecast)} left`;
    return `${position}: ${what}, ${shortDuration(elapsedMs)} elapsed${left}`;
  }
}

/** How many nodes a line of `RollProgress` speaks of; undefined for any other text. */
export function totalOf(message: string): number | undefined {
  const found = /^(?:before )?node \d+ of (\d+): /.exec(message)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Reckons what is left of a roll from what the turns so far took. */
export class TurnClock {
  readonly #begun = new Map<string, number>();

  /** A node's turn begins; the one before it is over. */
  begin(node: string, nowMs: number): void {
    if (!this.#begun.has(node)) this.#begun.set(node, nowMs);
  }

  get begun(): number {
    return this.#begun.size;
  }

  /** In ms; undefined before the first turn is over. */
  leftMs(total: number, nowMs: number): number | undefined {
    const starts = [...this.#begun.values()];
    const [first, last] = [starts[0], starts.at(-1)];
    if (first === undefined || last === undefined || starts.length < 2) return undefined;
    const usual = (last - first) / (starts.length - 1);
    return Math.max(0, usual - (nowMs - last)) + usual * Math.max(0, total - starts.length);
  }
}
