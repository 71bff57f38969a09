import { z } from "zod";
import { steps, type StepName } from "./config.ts";

const base = { time: z.iso.datetime({ precision: 3 }) };

const recordSchema = z.discriminatedUnion("type", [
  z.object({ ...base, type: z.literal("opened"), run: z.string(), key: z.string() }),
  z.object({ ...base, type: z.literal("started"), step: z.enum(steps), pid: z.number().int() }),
  z.object({
    ...base,
    type: z.literal("finished"),
    step: z.enum(steps),
    /** What the step printed; never a secret. */
    result: z.record(z.string(), z.unknown()),
  }),
  z.object({ ...base, type: z.literal("failed"), step: z.enum(steps), error: z.string() }),
  /** The mirror was taken back out of an upgrade that had not finished: that upgrade never was. */
  z.object({ ...base, type: z.literal("reverted") }),
  z.object({ ...base, type: z.literal("closed"), reason: z.string() }),
]);

/** One line of `journal.ndjson`. */
export type JournalRecord = z.infer<typeof recordSchema>;

/** Reads `journal.ndjson`; a last line without a line end was cut off and never happened. */
export function parseJournal(text: string): JournalRecord[] {
  const lines = text.split("\n");
  lines.pop();
  return lines.filter((line) => line !== "").map((line) => recordSchema.parse(JSON.parse(line)));
}

/** What to do about a step that is asked for. */
export type StepAction =
  /** Do it. */
  | { readonly do: "run" }
  /** It was done: give the same result again. */
  | { readonly do: "reuse"; readonly result: Readonly<Record<string, unknown>> }
  /** It was begun and did not end: throw away what it wrote, then do it. */
  | { readonly do: "restart" }
  /** It was begun and did not end: go on where the cluster is. */
  | { readonly do: "resume" }
  /** It cannot be done; why, for a person. */
  | { readonly do: "refuse"; readonly why: string };

/** Steps that look at the cluster each time; being called again must do nothing, not nothing at all. */
const always: readonly StepName[] = ["own", "apply", "kubeconfig", "verdict", "delete"];

/**
 * Decides from the journal alone. A finished baseline is never measured twice; one that did not finish is worth nothing,
 * as the cluster may have changed since. An upgrade that did not finish goes on: what was rolled stays rolled.
 */
export function decide(step: StepName, journal: readonly JournalRecord[]): StepAction {
  if (journal.some((record) => record.type === "closed") && step !== "delete")
    return { do: "refuse", why: "the cluster of this run was deleted" };
  const reverted = journal.findLastIndex(({ type }) => type === "reverted");
  const since = step === "baseline" ? journal : journal.slice(reverted + 1);
  const last = lastOf(step, since);
  if (always.includes(step)) return { do: "run" };
  if (last?.type === "finished") return { do: "reuse", result: last.result };
  const missing = neededBefore(step).filter((needed) => lastOf(needed, journal)?.type !== "finished");
  if (missing.length > 0) return { do: "refuse", why: `step ${missing.join(", ")} of this run has not finished` };
  if (last === undefined) {
    // After the roll began there is no cluster at the old version to measure.
    if (step === "baseline" && lastOf("upgrade", journal) !== undefined)
      return { do: "refuse", why: "the upgrade of this run has begun" };
    return { do: "run" };
  }
  return { do: step === "baseline" ? "restart" : "resume" };
}

function neededBefore(step: StepName): StepName[] {
  return step === "upgrade" || step === "revert" ? ["baseline"] : [];
}

/** The last record about a step. */
export function lastOf(
  step: StepName,
  journal: readonly JournalRecord[],
): Extract<JournalRecord, { step: StepName }> | undefined {
  return journal.findLast(
    (record): record is Extract<JournalRecord, { step: StepName }> => "step" in record && record.step === step,
  );
}
