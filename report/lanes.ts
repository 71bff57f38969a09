import type { RehearsalEvent } from "../analysis/events.ts";
import { eventMs, inOrder, isRoll, nodeOf } from "../analysis/steps.ts";

/** What a node went through, as a bar on its lane. */
export type NodeState = "serving" | "cordoned" | "draining" | "terminating" | "booting" | "joined";

export const nodeStates: Readonly<Record<NodeState, string>> = {
  serving: "ready",
  cordoned: "cordoned",
  draining: "draining",
  terminating: "drained, terminating",
  booting: "booting",
  joined: "joined, not ready",
};

export interface LaneBar {
  readonly state: NodeState;
  readonly startMs: number;
  readonly endMs: number;
  /** What the event said that began it. */
  readonly message: string;
}

/** One lane of the timeline. */
export interface NodeLane {
  readonly node: string;
  readonly controlPlane: boolean;
  readonly bars: readonly LaneBar[];
  /** Events that are moments, not states: evictions refused, pods evicted. */
  readonly marks: readonly { readonly timeMs: number; readonly kind: string; readonly message: string }[];
}

/** The state that an event begins; `null` ends the lane. */
const begins: Partial<Record<RehearsalEvent["kind"], NodeState | null>> = {
  "node-cordoned": "cordoned",
  "node-draining": "draining",
  "node-drained": "terminating",
  "instance-terminating": "terminating",
  "instance-terminated": null,
  "node-removed": null,
  "instance-launched": "booting",
  "node-joined": "joined",
  "node-ready": "serving",
  "node-not-ready": "joined",
};
const marked = new Set<RehearsalEvent["kind"]>(["eviction-refused", "pod-evicted", "instance-detached"]);

/** States of which a node that was there from the start must have been serving before. */
const fromTheStart = new Set<NodeState>(["cordoned", "draining", "terminating"]);

/** One lane for each node that the roll touched, in the order in which it did, cut to the time that is shown. */
export function nodeLanes(events: readonly RehearsalEvent[], fromMs: number, toMs: number): NodeLane[] {
  type Building = Pick<NodeLane, "controlPlane"> & {
    bars: LaneBar[];
    marks: NodeLane["marks"][number][];
    open: Open | null;
  };
  const lanes = new Map<string, Building>();
  for (const event of inOrder(events)) {
    const node = nodeOf(event);
    if (node === undefined || !isRoll(event)) continue;
    const timeMs = eventMs(event);
    let lane = lanes.get(node);
    if (lane === undefined) {
      const before = begins[event.kind];
      const served = before === null || before === undefined || fromTheStart.has(before);
      lane = {
        controlPlane: event.phase === "control-plane",
        bars: [],
        marks: [],
        open: served ? { state: "serving", startMs: fromMs, message: "serving since before the upgrade" } : null,
      };
      lanes.set(node, lane);
    }
    if (marked.has(event.kind)) lane.marks.push({ timeMs, kind: event.kind, message: event.message });
    const state = begins[event.kind];
    if (state === undefined || lane.open?.state === state) continue;
    // That a node was cordoned is seen in the cluster, a little after kops said that it drains it.
    if (state === "cordoned" && lane.open !== null && lane.open.state !== "serving") continue;
    close(lane, timeMs, fromMs, toMs);
    lane.open = state === null ? null : { state, startMs: timeMs, message: event.message };
  }
  return [...lanes].map(([node, lane]) => {
    close(lane, toMs, fromMs, toMs);
    return { node, controlPlane: lane.controlPlane, bars: lane.bars, marks: lane.marks };
  });
}

interface Open {
  readonly state: NodeState;
  readonly startMs: number;
  readonly message: string;
}

function close(lane: { bars: LaneBar[]; open: Open | null }, atMs: number, fromMs: number, toMs: number): void {
  if (lane.open === null) return;
  const startMs = Math.max(fromMs, lane.open.startMs);
  const endMs = Math.min(toMs, atMs);
  if (endMs > startMs) lane.bars.push({ ...lane.open, startMs, endMs });
  lane.open = null;
}
