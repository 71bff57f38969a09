import { openBlockers } from "../../analysis/blockers.ts";
import type { RehearsalEvent } from "../../analysis/events.ts";
import { eventMs, isRoll, nodeOf } from "../../analysis/steps.ts";
import { few } from "../../analysis/words.ts";
import { shortDuration } from "../event-log.ts";
import { totalOf, TurnClock } from "../roll-progress.ts";

/** More than this pushes everything else off a screen. */
const mostBlockers = 6;

/**
 * Where a rehearsal stands, from its events alone: the step, how far the roll is and how long it may still take, and what it
 * waits for since when. kops says little of it.
 */
export class RollStatus {
  #step: { readonly title: string; readonly phase: string; readonly startMs: number } | undefined;
  #said: string | undefined;
  /** Of the roll under way. */
  #events: RehearsalEvent[] = [];
  #total = 0;
  #turns = new TurnClock();
  #now = "";

  push(event: RehearsalEvent): void {
    const { kind, phase, message } = event;
    if (kind === "step-started") {
      this.#step = { title: message, phase, startMs: eventMs(event) };
      this.#said = undefined;
      this.#forget();
      return;
    }
    if (kind === "step-finished" || kind === "step-failed") {
      this.#step = undefined;
      this.#forget();
      return;
    }
    // A search rolls again.
    if (kind === "load-started") this.#forget();
    if (kind === "waiting" || kind === "load-started" || kind === "load-ended") this.#said = message;
    if (!isRoll(event)) return;
    this.#events.push(event);
    this.#total = Math.max(this.#total, totalOf(message) ?? 0);
    const node = nodeOf(event);
    if (node === undefined) return;
    if (kind !== "node-draining" && kind !== "instance-terminating") return;
    this.#turns.begin(node, eventMs(event));
    this.#now = `${node}, ${kind === "node-draining" ? "draining" : "terminated"}`;
  }

  /** The step first, then what it waits for, a line each; empty between steps. */
  lines(nowMs: number): string[] {
    if (this.#step === undefined) return [];
    const { title, startMs } = this.#step;
    const roll = this.#roll(nowMs);
    const elapsed = shortDuration(nowMs - startMs);
    if (roll !== undefined) return [`${title}: ${roll}`, ...this.#waits(nowMs)];
    return [`${title}, ${elapsed} elapsed${this.#said === undefined ? "" : `: ${this.#said}`}`];
  }

  #roll(nowMs: number): string | undefined {
    const first = this.#events[0];
    if (first === undefined || this.#events.at(-1)?.phase === "settle") return undefined;
    // Of how many nodes is known once the roll itself has said so.
    const { begun } = this.#turns;
    const total = Math.max(this.#total, begun);
    const of = this.#total > 0 ? ` of ${total}` : "";
    const position = begun === 0 ? `before node 1${of}` : `node ${begun}${of} (${this.#now})`;
    const forecast = this.#total > 0 ? this.#turns.leftMs(total, nowMs) : undefined;
    const left = forecast === undefined ? "" : `, about ${shortDuration(forecast)} left`;
    return `${position}, ${shortDuration(nowMs - eventMs(first))} elapsed${left}`;
  }

  #waits(nowMs: number): string[] {
    const open = openBlockers(this.#events).filter(({ kind }) => kind !== "step-failed");
    const rest = open.length > mostBlockers ? [`  and ${open.length - mostBlockers} more`] : [];
    // Nothing in the way: what kops itself is at.
    const said = this.#said === undefined || totalOf(this.#said) !== undefined ? [] : [`  ${this.#said}`];
    if (open.length === 0) return said;
    return [
      ...open.slice(0, mostBlockers).map((blocker) => {
        const what =
          blocker.kind === "node-missing"
            ? `${blocker.node ?? "an instance"} is not a ready node yet`
            : blocker.kind === "validation-failed"
              ? few(blocker.message)
              : blocker.message;
        return `  waits since ${shortDuration(nowMs - blocker.sinceMs)}: ${what}`;
      }),
      ...rest,
    ];
  }

  #forget(): void {
    this.#events = [];
    this.#total = 0;
    this.#turns = new TurnClock();
    this.#now = "";
  }
}
