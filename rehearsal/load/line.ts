import type { StoredSample } from "../../analysis/sample-file.ts";
import type { Habit } from "../../analysis/sample.ts";
import { classify } from "./outcome.ts";

/** One line of `loadtest/http.js`. */
export interface LoadLine {
  /** Of the line within its habit and k6 process: the first and the last number that it counts for, from 0, without gaps. */
  readonly first: number;
  readonly last: number;
  /** One, or several that one VU sent one after another, in their order. */
  readonly samples: readonly [StoredSample, ...StoredSample[]];
}

const letters: Readonly<Record<string, Habit>> = { f: "fresh", k: "kept", c: "canary" };
const start = /^~([fkc]) (\d+)(?:-(\d+))? (-?\d+) (\d+) /;
const answer = /^(\d+) (\d+) (\d+) ([01]) (.*)$/;
const sameAnswer = /^\d+$/;
const usPerMs = 1000;

/** What the script says when all of its requests are done. */
export const endLine = "~end";

/** What k6 says, once for each habit, as soon as it drops an iteration because every VU is waiting. */
export const dropsIterations = (line: string): boolean => line.startsWith("Insufficient VUs, reached ");

/** Reads a line of k6's log; undefined for those that are not requests, or not whole. */
export function parseLine(line: string, runner = 0): LoadLine | undefined {
  if (!line.startsWith("~")) return undefined;
  const match = start.exec(line);
  if (match === null) return undefined;
  const [{ length }, letter = "", first, last = first, due, waited] = match;
  const habit = letters[letter];
  if (habit === undefined) return undefined;
  const common: Common = { habit, ...(runner === 0 ? {} : { runner }) };
  const [one = "", ...others] = line.slice(length).split("\t");
  const sample = readAnswer(one, Number(due) / usPerMs, Number(waited) / usPerMs, common);
  if (sample === undefined) return undefined;
  const samples: [StoredSample, ...StoredSample[]] = [sample];
  let previous = sample;
  for (const other of others) {
    const dueMs = previous.dueMs + previous.durationMs;
    const next = sameAnswer.test(other)
      ? { ...previous, dueMs, durationMs: Number(other) / usPerMs, waitedMs: 0 }
      : readAnswer(other, dueMs, 0, common);
    if (next === undefined) return undefined;
    samples.push(next);
    previous = next;
  }
  return { first: Number(first), last: Number(last), samples };
}

type Common = Pick<StoredSample, "habit" | "runner">;

function readAnswer(text: string, dueMs: number, waitedMs: number, common: Common): StoredSample | undefined {
  const match = answer.exec(text);
  if (match === null) return undefined;
  const [, took, status, errorCode, body, word = ""] = match;
  const failed = word.startsWith("!");
  return {
    dueMs,
    durationMs: waitedMs + Number(took) / usPerMs,
    waitedMs,
    outcome: classify({
      status: Number(status),
      errorCode: Number(errorCode),
      bodyOk: body === "1",
      error: failed ? word.slice(1) : "",
    }),
    target: failed ? "" : word,
    ...common,
  };
}
