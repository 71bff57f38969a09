import type { Random } from "../random.ts";
import type { CaseClass } from "../case.ts";

/** What is done to the stand: the lab's faults, and pods that stand still. */
export type LiveKind = "lb-drop" | "lb-reset" | "freeze" | "lb-delay";
export const liveKinds = ["lb-drop", "lb-reset", "freeze"] as const;

/** A part of a load run that is judged as an upgrade of its own. Times in s from the end of the baseline. */
export interface Slot {
  readonly class: CaseClass;
  readonly from: number;
  readonly to: number;
  readonly fault?: {
    readonly kind: LiveKind;
    readonly from: number;
    readonly seconds: number;
    /** Number of the target that it hits; absent: all. */
    readonly target?: number;
  };
}

/** How long is judged before and after a planted outage. */
const calmSeconds = 3;
const plainSeconds = 13;
/** Enough before and after to tell it from how latency wanders. */
const rise = { before: 20, seconds: 30, after: 15 };

/** As many slots as fit, of the classes in turn; always the same for the same seed. */
export function slotsOf(classes: readonly CaseClass[], random: Random, seconds: number): Slot[] {
  const slots: Slot[] = [];
  for (let from = 0; ;) {
    const slot = nextSlot(classes[slots.length % classes.length]!, random, from);
    if (slot.to > seconds) return slots;
    slots.push(slot);
    from = slot.to;
  }
}

function nextSlot(what: CaseClass, random: Random, from: number): Slot {
  if (what === "none") return { class: what, from, to: from + plainSeconds };
  if (what === "rise") {
    const { before, seconds, after } = rise;
    const fault = { kind: "lb-delay", from: from + before, seconds } as const;
    return { class: what, from, to: from + before + seconds + after, fault };
  }
  const begins = from + calmSeconds + random.next();
  const seconds = random.logBetween(what === "total" ? 0.1 : 0.3, 3);
  const target = what === "partial" ? { target: Math.floor(random.between(0, 3)) } : {};
  return {
    class: what,
    from,
    to: begins + seconds + calmSeconds,
    fault: { kind: random.pick(liveKinds), from: begins, seconds, ...target },
  };
}
