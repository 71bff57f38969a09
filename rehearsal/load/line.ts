import type { StoredSample } from "../../analysis/sample-file.ts";
import type { Habit } from "../../analysis/sample.ts";
import { classify } from "./outcome.ts";

/** One line of `loadtest/http.js`. */
export interface LoadLine {
  /** Number of the request within its habit and k6 process, from 0, without gaps. */
  readonly number: number;
  readonly sample: StoredSample;
}

const letters: Readonly<Record<string, Habit>> = { f: "fresh", k: "kept", c: "canary" };
const pattern = /^~([fkc]) (\d+) (-?\d+) (\d+) (\d+) (\d+) (\d+) ([01]) (.*)$/;
const usPerMs = 1000;

/** What the script says when all of its requests are done. */
export const endLine = "~end";

/** What k6 says, once for each habit, as soon as it drops an iteration because every VU is waiting. */
export const dropsIterations = (line: string): boolean => line.startsWith("Insufficient VUs, reached ");

/** Reads a line of k6's log; undefined for those that are not a request. */
export function parseLine(line: string, runner = 0): LoadLine | undefined {
  if (!line.startsWith("~")) return undefined;
  const match = pattern.exec(line);
  if (match === null) return undefined;
  const [, letter = "", number, due, waited, took, status, errorCode, body, last = ""] = match;
  const habit = letters[letter];
  if (habit === undefined) return undefined;
  const error = last.startsWith("!") ? last.slice(1) : "";
  const answer = { status: Number(status), errorCode: Number(errorCode), bodyOk: body === "1", error };
  const waitedMs = Number(waited) / usPerMs;
  return {
    number: Number(number),
    sample: {
      dueMs: Number(due) / usPerMs,
      durationMs: waitedMs + Number(took) / usPerMs,
      waitedMs,
      outcome: classify(answer),
      habit,
      target: last.startsWith("!") ? "" : last,
      ...(runner === 0 ? {} : { runner }),
    },
  };
}
