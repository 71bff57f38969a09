import type { EventKind, Phase, RehearsalEvent } from "../analysis/events.ts";
import { messageOf } from "./errors.ts";
import { LineFile } from "./files.ts";

/** An event without what the log adds. */
export interface NewEvent {
  readonly kind: EventKind;
  readonly message: string;
  /** When it happened, RFC 3339 with milliseconds; default: now. */
  readonly time?: string;
  readonly phase?: Phase;
  readonly node?: string | undefined;
  readonly instance?: string | undefined;
  readonly pod?: string | undefined;
  /** Leave it out when the same kind was told of the same pod (else node, else in the same words) within this time, in ms; default: always tell. */
  readonly quietMs?: number;
}

/** Appends events to `events.ndjson` and shows them as plain lines on standard error (standard output is the result). */
export class EventLog {
  readonly #file: LineFile;
  readonly #started = Date.now();
  readonly #told = new Map<string, number>();
  #full = false;

  constructor(
    path: string,
    /** The phase of events that do not name theirs; it changes as the step goes on. */
    public phase: Phase,
    private readonly show: (line: string, event: RehearsalEvent) => void = (line) => process.stderr.write(`${line}\n`),
  ) {
    this.#file = new LineFile(path);
  }

  emit({ quietMs, ...event }: NewEvent): void {
    if (quietMs !== undefined && !this.#isNews(event, quietMs)) return;
    const full: RehearsalEvent = { time: new Date().toISOString(), ...event, phase: event.phase ?? this.phase };
    this.#append(full);
    this.show(eventLine(full), full);
  }

  /** A disk that is full must not stop a roll in its middle: what cannot be kept is shown, and that it was not kept. */
  #append(event: RehearsalEvent): void {
    try {
      this.#file.append(JSON.stringify(event));
    } catch (error) {
      const problem = `${this.#file.path} cannot be written, events are only shown: ${messageOf(error)}`;
      if (!this.#full) this.show(problem, { ...event, kind: "warning", message: problem });
      this.#full = true;
      return;
    }
    this.#full = false;
  }

  #isNews({ kind, pod, node, message }: NewEvent, quietMs: number): boolean {
    // A pod has one node; who tells may not know it.
    const key = `${kind} ${pod ?? node ?? message}`;
    if (Date.now() - (this.#told.get(key) ?? -Infinity) < quietMs) return false;
    this.#told.set(key, Date.now());
    return true;
  }

  /** Since the step began, as `1m12s`. */
  elapsed(): string {
    return shortDuration(Date.now() - this.#started);
  }

  close(): void {
    this.#file.close();
  }
}

/** `05:31:07 nodes: node 2 of 4: draining i-0ab…` */
export function eventLine(event: RehearsalEvent): string {
  return `${event.time.slice(11, 19)} ${event.phase}: ${event.message}`;
}

/** `8s`, `1m12s`, `2h03m`. */
export function shortDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h${two(Math.floor((seconds % 3600) / 60))}m`;
}
