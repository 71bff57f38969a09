import { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { LiveStatus } from "../../../rehearsal/status/live.ts";

const startMs = Date.UTC(2026, 10, 23, 10, 0, 0);

beforeEach(() => void jest.useFakeTimers({ now: startMs }));
afterEach(() => void jest.useRealTimers());

/** A terminal that keeps what is written to it. */
function terminal(): { stream: NodeJS.WriteStream; written: string[] } {
  const written: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _, done) => {
      written.push(chunk.toString());
      done();
    },
  });
  return {
    stream: Object.assign(stream, { isTTY: true, columns: 80, rows: 24 }) as unknown as NodeJS.WriteStream,
    written,
  };
}

test("on a terminal events scroll by above a region that is drawn anew each second", () => {
  const { stream, written } = terminal();
  const live = new LiveStatus(stream);
  const time = new Date(startMs).toISOString();
  live.push({ time, phase: "baseline", kind: "step-started", message: "measure the baseline" });
  live.line("10:00:00 baseline: measure the baseline");
  jest.advanceTimersByTime(5_000);
  const text = stripVTControlCharacters(written.join(""));
  expect(text.indexOf("10:00:00 baseline: measure the baseline")).toBeGreaterThanOrEqual(0);
  for (const seconds of ["0s", "1s", "5s"]) expect(text).toContain(`measure the baseline, ${seconds} elapsed`);
  // Drawing again takes away what was drawn before.
  expect(written.join("")).toContain("\u001b[");

  const before = written.length;
  live.push({ time, phase: "baseline", kind: "step-finished", message: "done" });
  jest.advanceTimersByTime(3_000);
  expect(stripVTControlCharacters(written.slice(before).join(""))).not.toContain("elapsed");
});
