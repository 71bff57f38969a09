import type { EventKind, RehearsalEvent } from "./events.ts";

/** What takes a node out of service, or comes of it. */
const touching = new Set<EventKind>([
  "node-cordoned",
  "node-draining",
  "node-drained",
  "eviction-refused",
  "drain-waiting",
  "instance-detached",
  "instance-terminating",
  "instance-terminated",
  "node-not-ready",
  "node-removed",
]);

/** What only happens once a node's own turn has come. */
const opening = new Set<EventKind>(["node-cordoned", "node-draining", "node-drained", "instance-terminating"]);

/**
 * One node's turn in the roll: from when it was drained to when the next one was, or its group was done. Before the first
 * node of a group kops detaches one and waits for its replacement: that surge belongs to the first turn.
 */
export interface NodeStep {
  readonly node: string;
  readonly phase: RehearsalEvent["phase"];
  readonly startMs: number;
  /** When it was cordoned or its drain began; later than `startMs` by the surge. */
  readonly drainMs: number;
  readonly endMs: number;
}

/** Time of an event in ms since the epoch. */
export const eventMs = (event: RehearsalEvent): number => Date.parse(event.time);

/** Events in order of time; those of the same time stay as they were. */
export function inOrder(events: readonly RehearsalEvent[]): RehearsalEvent[] {
  return [...events].sort((a, b) => eventMs(a) - eventMs(b));
}

/** The name that a node goes by: kops names a node after its instance. */
export const nodeOf = (event: RehearsalEvent): string | undefined => event.node ?? event.instance;

/** Is a node taken out of service by this? */
export const touchesNode = (event: RehearsalEvent): boolean =>
  isRoll(event) && touching.has(event.kind) && nodeOf(event) !== undefined;

/** Does it belong to the part of the rehearsal in which kops replaces instances? */
export const isRoll = (event: RehearsalEvent): boolean =>
  event.phase === "control-plane" || event.phase === "nodes" || event.phase === "prune" || event.phase === "settle";

/** The turns of the nodes in the order in which they came. */
export function nodeSteps(events: readonly RehearsalEvent[]): NodeStep[] {
  const steps: NodeStep[] = [];
  const known = new Set<string>();
  let open: Omit<NodeStep, "endMs"> | null = null;
  let surgeMs: number | null = null;
  const close = (endMs: number): void => {
    if (open !== null) steps.push({ ...open, endMs });
    open = null;
  };
  let lastMs = 0;
  for (const event of inOrder(events).filter(isRoll)) {
    lastMs = eventMs(event);
    const node = nodeOf(event);
    if (event.kind === "group-finished" || event.kind === "step-finished" || event.kind === "step-failed")
      close(lastMs);
    if (event.kind === "instance-detached" && open === null) surgeMs ??= lastMs;
    if (node === undefined || !opening.has(event.kind) || known.has(node)) continue;
    close(lastMs);
    known.add(node);
    open = { node, phase: event.phase, startMs: surgeMs ?? lastMs, drainMs: lastMs };
    surgeMs = null;
  }
  close(lastMs);
  return steps;
}

export const describeStep = (step: NodeStep): string => `the turn of node ${step.node}`;
