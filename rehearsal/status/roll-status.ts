import { openBlockers } from "../../analysis/blockers.ts";
import type { RehearsalEvent } from "../../analysis/events.ts";
import { eventMs, isRoll, nodeOf } from "../../analysis/steps.ts";
import { shortDuration } from "../event-log.ts";
import { leftMs, totalOf } from "../roll-progress.ts";

/** More than this pushes everything else off a screen. */
const mostBlockers = 6;

/**
 * Where a rehearsal stands, from its events alone: the step, how far the roll is and how long it may still take, and what it
 * waits for since when. kops says little of it, and of refused evictions nothing below `-v 10`.
 */
export class RollStatus {
  #step: { readonly title: string; readonly phase: string; readonly startMs: number } | undefined;
  #said: string | undefined;
  /** Of the roll under way. */
  #events: RehearsalEvent[] = [];
  #total = 0;
  readonly #drained = new Set<string>();
  readonly #terminated = new Set<string>();

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
    if (kind === "load-started") this.#forget();
    if (kind === "waiting" || kind === "load-started" || kind === "load-ended") this.#said = message;
    if (!isRoll(event)) return;
    this.#events.push(event);
    this.#total = Math.max(this.#total, totalOf(message) ?? 0);
    const node = nodeOf(event);
    if (node === undefined) return;
    if (kind === "node-draining") this.#drained.add(node);
    if (kind === "instance-terminating") this.#terminated.add(node);
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
    const begun = new Set([...this.#drained, ...this.#terminated]);
    const total = Math.max(this.#total, begun.size);
    const elapsedMs = nowMs - eventMs(first);
    // Of how many nodes is known once the roll itself has said so.
    const known = this.#total > 0;
    const forecast = known
      ? leftMs({ elapsedMs, total, begun: begun.size, terminated: this.#terminated.size })
      : undefined;
    const left = forecast === undefined ? "" : `, about ${shortDuration(forecast)} left`;
    const node = [...begun].at(-1);
    const doing = node === undefined ? "" : ` (${node}, ${this.#terminated.has(node) ? "terminated" : "draining"})`;
    const of = known ? ` of ${total}` : "";
    return `node ${begun.size}${of}${doing}, ${shortDuration(elapsedMs)} elapsed${left}`;
  }

  #waits(nowMs: number): string[] {
    const open = openBlockers(this.#events).filter(({ kind }) => kind !== "step-failed");
    const rest = open.length > mostBlockers ? [`  and ${open.length - mostBlockers} more`] : [];
    return [
      ...open.slice(0, mostBlockers).map((blocker) => {
        const what =
          blocker.kind === "node-missing"
            ? `${blocker.node ?? "an instance"} is not a ready node yet`
            : blocker.message;
        return `  waits since ${shortDuration(nowMs - blocker.sinceMs)}: ${what}`;
      }),
      ...rest,
    ];
  }

  #forget(): void {
    this.#events = [];
    this.#total = 0;
    this.#drained.clear();
    this.#terminated.clear();
  }
}
