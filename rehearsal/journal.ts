import { z } from "zod";
import { steps, type RehearsalConfig, type StepName } from "./config.ts";

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
type Finished = Extract<JournalRecord, { type: "finished" }>;

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
  /** Another step was begun and did not end, on whose result this one builds: finish that one first. */
  | { readonly do: "first"; readonly step: StepName }
  /** It cannot be done; why, and what to do next, for a person. */
  | { readonly do: "refuse"; readonly why: string; readonly next: string };

/** Steps that look at the cluster each time; being called again must do nothing, not nothing at all. */
const always: readonly StepName[] = ["preflight", "own", "apply", "kubeconfig", "verdict", "delete"];

const inOrder = "`pulumi up` runs the steps in their order";
const anew = "`pulumi destroy` to its end, then `pulumi up` for a new mirror";

/**
 * Decides from what is written alone. A finished baseline is never measured twice; one that did not finish is worth
 * nothing, as the cluster may have changed since. An upgrade that did not finish goes on: what was rolled stays rolled.
 *
 * @param journal of the run that the step belongs to
 * @param creation journal of creating the cluster; empty where somebody else's working copy created it
 * @param wayBack when it is gone; one from after the upgrade, or from where the mirror is now, is none that was gone before
 */
export function decide(
  step: StepName,
  journal: readonly JournalRecord[],
  creation: readonly JournalRecord[] = [],
  wayBack?: NonNullable<RehearsalConfig["revert"]>["when"],
): StepAction {
  if (journal.some((record) => record.type === "closed") && step !== "delete")
    return {
      do: "refuse",
      why: "the cluster of this run was deleted",
      next: anew,
    };
  const reverted = journal.findLastIndex(({ type }) => type === "reverted");
  const since = step === "baseline" ? journal : journal.slice(reverted + 1);
  const last = lastOf(step, since);
  if (!always.includes(step) && last?.type === "finished") {
    const overtaken = since.indexOf(last) < since.findLastIndex(isOf("upgrade"));
    // One that was asked for and did not work is tried again: whoever asks has mended what stood in its way.
    const inVain = wayBack === "asked" && last.result["ok"] === false;
    if (step === "revert" && ((overtaken && (wayBack ?? "midRoll") !== "midRoll") || inVain)) return { do: "run" };
    // One that was asked for meanwhile was none out of the middle.
    const fitting = step === "revert" && wayBack === "midRoll" ? lastMidRoll(since) : last;
    return fitting === undefined ? { do: "run" } : { do: "reuse", result: fitting.result };
  }
  const before = standsOn(step).cluster ? beforeCluster(creation) : undefined;
  if (before !== undefined) return before;
  const missing = standsOn(step).finished.filter(
    (needed) => lastOf(needed, needed === "baseline" ? journal : since)?.type !== "finished",
  );
  if (missing.length > 0)
    return { do: "refuse", why: `step ${missing.join(", ")} of this run has not finished`, next: inOrder };
  if (step === "upgrade" && begunOnly("revert", since))
    return {
      do: "refuse",
      why: "the way back was begun and has not finished",
      next: "`npx rehearsal revert` goes on with it; `pulumi destroy` and `pulumi up` make a new mirror",
    };
  if (always.includes(step) || last === undefined) {
    // After the roll began there is no cluster at the old version to measure.
    if (step === "baseline" && lastOf("upgrade", journal) !== undefined)
      return {
        do: "refuse",
        why: "the upgrade of this run has begun",
        next: "`pulumi destroy` and `pulumi up` for a new mirror at the old version",
      };
    return { do: "run" };
  }
  return { do: step === "baseline" ? "restart" : "resume" };
}

/** Older records do not say when. */
function lastMidRoll(journal: readonly JournalRecord[]): Finished | undefined {
  return journal.findLast(
    (record): record is Finished =>
      record.type === "finished" &&
      record.step === "revert" &&
      ["midRoll", undefined].includes(record.result["when"] as string | undefined),
  );
}

/** The evidence that a step builds on: a cluster that was created to its end, steps of the same run that have finished. */
function standsOn(step: StepName): { readonly cluster: boolean; readonly finished: readonly StepName[] } {
  switch (step) {
    case "preflight":
    case "own":
    case "apply":
    case "delete":
      return { cluster: false, finished: [] };
    case "kubeconfig":
    case "baseline":
      return { cluster: true, finished: [] };
    case "upgrade":
      return { cluster: true, finished: ["baseline"] };
    // Whoever wants out does, whatever the settings have become since.
    case "revert":
      return { cluster: false, finished: ["baseline"] };
    case "verdict":
      return { cluster: false, finished: ["baseline", "upgrade"] };
  }
}

/** What stands between a step and a whole cluster, by the journal of its creation. */
function beforeCluster(creation: readonly JournalRecord[]): StepAction | undefined {
  const last = creation.findLast((record) => "step" in record && (record.step === "apply" || record.step === "delete"));
  if (last === undefined || !("step" in last)) return undefined;
  if (last.step === "delete") return { do: "refuse", why: "the deletion of the mirror cluster has begun", next: anew };
  return last.type === "finished" ? undefined : { do: "first", step: "apply" };
}

/** A step that has left the cluster between two versions: it goes on when it is run again, or it has ended halfway. */
export interface Halfway {
  readonly step: StepName;
  readonly ended: boolean;
}

/** Which step has left the cluster between two versions; undefined when it is at one, or gone. */
export function rollingStep(journal: readonly JournalRecord[]): Halfway | undefined {
  if (journal.some(({ type }) => type === "closed")) return undefined;
  const since = journal.slice(journal.findLastIndex(({ type }) => type === "reverted") + 1);
  const rolls = ["upgrade", "revert"] as const;
  const open = rolls.find((step) => begunOnly(step, since));
  if (open !== undefined) return { step: open, ended: false };
  const last = since.findLast((record) => rolls.some((step) => isOf(step)(record)));
  return last?.type === "finished" && endedHalfway(last.result) ? { step: last.step, ended: true } : undefined;
}

/** True when the run has upgraded the cluster and not taken it back since. */
export function upgradedBy(journal: readonly JournalRecord[]): boolean {
  const since = journal.slice(journal.findLastIndex(({ type }) => type === "reverted") + 1);
  const last = since.findLast((record) => isOf("upgrade")(record) || isOf("revert")(record));
  return last !== undefined && isOf("upgrade")(last) && last.type === "finished";
}

const halfwaySchema = z.union([
  // Of an upgrade, and of a way back.
  z.object({ landed: z.literal(false) }),
  z.object({ ok: z.literal(false) }),
]);

/** A roll that halted is a finding, and its step has finished. */
const endedHalfway = (result: unknown): boolean => halfwaySchema.safeParse(result).success;

function begunOnly(step: StepName, journal: readonly JournalRecord[]): boolean {
  const last = lastOf(step, journal);
  return last !== undefined && last.type !== "finished";
}

/** The last record about a step. */
export function lastOf(
  step: StepName,
  journal: readonly JournalRecord[],
): Extract<JournalRecord, { step: StepName }> | undefined {
  return journal.findLast(isOf(step));
}

const isOf =
  (step: StepName) =>
  (record: JournalRecord): record is Extract<JournalRecord, { step: StepName }> =>
    "step" in record && record.step === step;
