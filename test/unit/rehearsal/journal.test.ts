import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { steps, type StepName } from "../../../rehearsal/config.ts";
import { decide, parseJournal, rollingStep, type JournalRecord } from "../../../rehearsal/journal.ts";

const time = "2026-11-23T05:30:00.000Z";
const opened: JournalRecord = { time, type: "opened", run: "r", key: "k" };
const started = (step: StepName): JournalRecord => ({ time, type: "started", step, pid: 1 });
const finished = (step: StepName, result = {}): JournalRecord => ({ time, type: "finished", step, result });
const failed = (step: StepName): JournalRecord => ({ time, type: "failed", step, error: "no" });
const closed: JournalRecord = { time, type: "closed", reason: "the cluster was deleted" };

describe("what to do about a step", () => {
  test("a new run measures its baseline", () => {
    expect(decide("baseline", [opened])).toEqual({ do: "run" });
  });

  test("a finished baseline is never measured twice", () => {
    const journal = [opened, started("baseline"), finished("baseline", { requests: 12_000 })];
    expect(decide("baseline", journal)).toEqual({ do: "reuse", result: { requests: 12_000 } });
  });

  test.each([
    ["killed", [opened, started("baseline")]],
    ["failed", [opened, started("baseline"), failed("baseline")]],
  ])("a baseline that was %s is measured anew", (_name, journal) => {
    expect(decide("baseline", journal)).toEqual({ do: "restart" });
  });

  test.each([
    ["killed", [started("upgrade")]],
    ["failed", [started("upgrade"), failed("upgrade")]],
  ])("an upgrade that was %s goes on", (_name, journal) => {
    expect(decide("upgrade", [opened, finished("baseline"), ...journal])).toEqual({ do: "resume" });
  });

  test("a finished upgrade is not made again", () => {
    const journal = [opened, finished("baseline"), started("upgrade"), finished("upgrade", { rolled: false })];
    expect(decide("upgrade", journal)).toEqual({ do: "reuse", result: { rolled: false } });
  });

  test("no upgrade without a baseline, no baseline after the upgrade began", () => {
    expect(decide("upgrade", [opened])).toMatchObject({ do: "refuse", why: expect.stringContaining("baseline") });
    expect(decide("upgrade", [opened, started("baseline")])).toMatchObject({ do: "refuse" });
    expect(decide("baseline", [opened, started("upgrade")])).toMatchObject({ do: "refuse" });
  });

  test("the way back needs a baseline to be compared with, goes on when it was killed and is not gone twice", () => {
    expect(decide("revert", [opened])).toMatchObject({ do: "refuse", why: expect.stringContaining("baseline") });
    const journal = [opened, finished("baseline"), started("upgrade"), finished("upgrade")];
    expect(decide("revert", journal)).toEqual({ do: "run" });
    expect(decide("revert", [...journal, started("revert")])).toEqual({ do: "resume" });
    expect(decide("revert", [...journal, finished("revert", { ok: true })])).toEqual({
      do: "reuse",
      result: { ok: true },
    });
  });

  test("an upgrade that was taken back before it had finished begins anew, with the same baseline", () => {
    const back: JournalRecord[] = [
      started("upgrade"),
      failed("upgrade"),
      finished("revert"),
      { time, type: "reverted" },
    ];
    const journal = [opened, finished("baseline", { requests: 9 }), ...back];
    expect(decide("upgrade", journal)).toEqual({ do: "run" });
    expect(decide("baseline", journal)).toEqual({ do: "reuse", result: { requests: 9 } });
    expect(decide("revert", [...journal, started("upgrade")])).toEqual({ do: "run" });
  });

  test("no verdict without an upgrade that has finished", () => {
    const journal = [opened, finished("baseline"), started("upgrade")];
    expect(decide("verdict", journal)).toMatchObject({ do: "refuse", why: expect.stringContaining("upgrade") });
    expect(decide("verdict", [...journal, finished("upgrade")])).toEqual({ do: "run" });
  });

  test("a way back that was begun is ended before the upgrade begins", () => {
    const journal = [opened, finished("baseline"), started("revert")];
    expect(decide("upgrade", journal)).toMatchObject({ do: "refuse", why: expect.stringContaining("way back") });
    expect(decide("upgrade", [...journal, finished("revert")])).toEqual({ do: "run" });
  });

  test("a way back that was rehearsed before the upgrade went on is none from its end, for whoever asks for one", () => {
    const journal = [opened, finished("baseline"), finished("revert"), started("upgrade"), finished("upgrade")];
    expect(decide("revert", journal, [], "asked")).toEqual({ do: "run" });
    expect(decide("revert", journal)).toMatchObject({ do: "reuse" });
    // As after one that was asked for, out of the middle of an upgrade that began anew since.
    expect(decide("revert", journal, [], "after")).toEqual({ do: "run" });
    expect(decide("revert", [...journal, finished("revert")], [], "after")).toMatchObject({ do: "reuse" });
    expect(decide("revert", journal, [], "midRoll")).toMatchObject({ do: "reuse" });
    expect(decide("revert", [...journal, started("revert")], [], "asked")).toEqual({ do: "resume" });
    expect(decide("revert", [...journal, started("revert"), finished("revert")], [], "asked")).toMatchObject({
      do: "reuse",
    });
  });

  test("what needs the cluster has its creation finished first; once its deletion has begun, nothing goes on", () => {
    for (const step of ["kubeconfig", "baseline"] as const) {
      expect(decide(step, [opened], [started("apply")])).toEqual({ do: "first", step: "apply" });
      expect(decide(step, [opened], [failed("apply")])).toEqual({ do: "first", step: "apply" });
      expect(decide(step, [opened], [started("apply"), finished("apply")])).toEqual({ do: "run" });
      expect(decide(step, [opened], [finished("apply"), started("delete")])).toMatchObject({
        do: "refuse",
        next: expect.stringContaining("pulumi destroy"),
      });
      // Somebody else's working copy may have created it.
      expect(decide(step, [opened], [])).toEqual({ do: "run" });
    }
    for (const step of ["preflight", "own", "apply", "delete"] as const)
      expect(decide(step, [failed("apply"), started("delete")], [failed("apply"), started("delete")]).do).toBe("run");
  });

  test("a roll that has not ended leaves the cluster between two versions, until it is taken back or the cluster is deleted", () => {
    expect(rollingStep([opened, finished("baseline")])).toBeUndefined();
    const rolling = [opened, finished("baseline"), started("upgrade"), failed("upgrade")];
    expect(rollingStep(rolling)).toEqual({ step: "upgrade", ended: false });
    expect(rollingStep([...rolling, finished("upgrade")])).toBeUndefined();
    expect(rollingStep([...rolling, finished("revert"), { time, type: "reverted" }])).toBeUndefined();
    expect(rollingStep([...rolling, closed])).toBeUndefined();
    expect(rollingStep([opened, finished("baseline"), started("revert")])).toEqual({ step: "revert", ended: false });
  });

  test("a roll that halted leaves it there as well, though its step has finished; a way back that worked does not", () => {
    const halted = finished("upgrade", { rolled: false, landed: false });
    const journal = [opened, finished("baseline"), started("upgrade"), halted];
    expect(rollingStep(journal)).toEqual({ step: "upgrade", ended: true });
    expect(rollingStep([...journal, started("revert")])).toEqual({ step: "revert", ended: false });
    expect(rollingStep([...journal, finished("revert", { ok: false })])).toEqual({ step: "revert", ended: true });
    expect(rollingStep([...journal, finished("revert", { ok: true })])).toBeUndefined();
    expect(rollingStep([opened, finished("upgrade", { landed: true })])).toBeUndefined();
  });

  test("a way back that was asked for and did not work is gone again when it is asked for again", () => {
    const journal = [opened, finished("baseline"), started("upgrade"), finished("upgrade")];
    const notBack = [...journal, started("revert"), finished("revert", { ok: false })];
    expect(decide("revert", notBack, [], "asked")).toEqual({ do: "run" });
    // To rehearse one that halts is a finding, as an upgrade that halts is.
    expect(decide("revert", notBack)).toMatchObject({ do: "reuse" });
    expect(decide("revert", [...notBack, finished("revert", { ok: true })], [], "asked")).toMatchObject({
      do: "reuse",
    });
  });

  test("nothing goes on in a run whose cluster was deleted, except deleting it", () => {
    for (const step of steps) expect(decide(step, [opened, closed]).do).toBe(step === "delete" ? "run" : "refuse");
  });

  test("steps that look for themselves always run", () => {
    for (const step of ["preflight", "own", "apply", "kubeconfig", "verdict", "delete"] as const) {
      const journal = [opened, finished("baseline"), finished("upgrade"), started(step), finished(step)];
      expect(decide(step, journal)).toEqual({ do: "run" });
    }
  });
});

const record = fc.oneof(
  fc.constantFrom(...steps).map(started),
  fc.constantFrom(...steps).map((step) => finished(step)),
  fc.constantFrom(...steps).map(failed),
);

test("a journal that was cut off anywhere says what it said until its last whole line", () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 12 }), fc.nat(), (records, at) => {
      const text = records.map((one) => `${JSON.stringify(one)}\n`).join("");
      const part = text.slice(0, at % (text.length + 1));
      const whole = part.split("\n").length - 1;
      expect(parseJournal(part)).toEqual(records.slice(0, whole));
    }),
  );
});

test("once finished, measuring steps are reused whatever else is written, until the cluster is deleted", () => {
  fc.assert(
    fc.property(fc.array(record), fc.constantFrom("baseline" as const, "upgrade" as const), (before, step) => {
      const others = before.filter((one) => !("step" in one) || one.step !== step);
      expect(decide(step, [opened, ...before, finished(step, { n: 1 }), ...others])).toEqual({
        do: "reuse",
        result: { n: 1 },
      });
    }),
  );
});
