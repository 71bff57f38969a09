import { createLogUpdate } from "log-update";
import type { RehearsalEvent } from "../../analysis/events.ts";
import { RollStatus } from "./roll-status.ts";

const redrawMs = 1_000;

/** On a terminal: events scroll by above a region that always says where the rehearsal stands. */
export class LiveStatus {
  readonly #status = new RollStatus();
  readonly #region: ReturnType<typeof createLogUpdate>;

  constructor(stream: NodeJS.WriteStream) {
    // Whoever ends the watch with Ctrl-C finds the cursor where it was.
    this.#region = createLogUpdate(stream, { showCursor: true });
    setInterval(() => this.#draw(), redrawMs).unref();
  }

  push(event: RehearsalEvent): void {
    this.#status.push(event);
  }

  line(text: string): void {
    this.#region.clear();
    this.#region.persist(text);
    this.#draw();
  }

  arrive(): void {
    this.#draw();
  }

  /** Takes the region away, so that what comes next does not follow a stale one. */
  close(): void {
    this.#region.clear();
  }

  #draw(): void {
    const lines = this.#status.lines(Date.now());
    if (lines.length === 0) this.#region.clear();
    else this.#region(["", ...lines].join("\n"));
  }
}
