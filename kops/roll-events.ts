import type { EventKind } from "../analysis/events.ts";
import { parseLogLine } from "./klog.ts";
import { rollPatterns } from "./roll-patterns.ts";

/** What a line of `kops rolling-update` or `kops validate` says; who reads it adds time and phase. */
export interface RollEvent {
  readonly kind: EventKind;
  readonly message: string;
  readonly node?: string;
  readonly instance?: string;
  /** `namespace/name`. */
  readonly pod?: string;
  /** Instance group. */
  readonly group?: string;
}

/** Lines of other libraries that say nothing about the roll. */
const noise = /^SDK \d{4}\/|^\s*$/;

/**
 * Turns the output of `kops rolling-update cluster --yes` (standard output and standard error alike, at any `-v`) into
 * events, line by line as it comes. Lines that say nothing about the roll give no event; no line throws.
 *
 * It remembers the node being drained, since lines about evictions do not name it, and the instance group being rolled,
 * since kops does not say when it goes on to the next.
 */
export class RollParser {
  #node: string | undefined;
  #group: string | undefined;

  push(line: string): RollEvent[] {
    if (noise.test(line)) return [];
    const { severity, message } = parseLogLine(line);
    for (const { pattern, event } of rollPatterns) {
      const match = pattern.exec(message);
      if (match) return this.#inContext(event(match.groups ?? {}, message.trim()));
    }
    const isProblem = severity === "W" || severity === "E" || severity === "F" || message.startsWith("Error: ");
    return isProblem ? this.#inContext({ kind: "warning", message: message.trim() }) : [];
  }

  #inContext(event: RollEvent): RollEvent[] {
    const events: RollEvent[] = [];
    if (event.group !== undefined && event.group !== this.#group) {
      events.push(...this.#endGroup());
      this.#group = event.group;
      events.push({ kind: "group-started", group: event.group, message: `rolling instance group ${event.group}` });
    }
    if (event.kind === "group-started") return events;
    if (event.kind === "group-finished") return [...this.#endGroup(), { ...event, kind: "note" }];
    if (event.kind === "node-draining") this.#node = event.node;
    const concernsNode = ["pod-evicted", "eviction-refused", "node-drained"].includes(event.kind);
    const node = event.node ?? (concernsNode ? this.#node : undefined);
    events.push({ ...event, ...(node === undefined ? {} : { node }) });
    if (event.kind === "instance-terminating") this.#node = undefined;
    return events;
  }

  #endGroup(): RollEvent[] {
    if (this.#group === undefined) return [];
    const group = this.#group;
    this.#group = undefined;
    this.#node = undefined;
    return [{ kind: "group-finished", group, message: `instance group ${group} is done` }];
  }
}
