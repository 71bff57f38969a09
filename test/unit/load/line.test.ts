import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseLine } from "../../../rehearsal/load/line.ts";

describe("lines of the load script", () => {
  test("an answered request", () => {
    expect(parseLine("~k 41 1795413465933500 300 12417 200 0 1 web-7d9f-x2")).toEqual({
      first: 41,
      last: 41,
      samples: [
        {
          dueMs: 1795413465933.5,
          durationMs: 12.717,
          waitedMs: 0.3,
          outcome: "ok",
          habit: "kept",
          target: "web-7d9f-x2",
        },
      ],
    });
  });

  test("a failed request names no target", () => {
    const line = parseLine("~f 7 1795413465933500 0 1000 0 1212 0 !dial: connection refused");
    expect(line?.samples[0]).toMatchObject({ outcome: "refused", habit: "fresh", target: "" });
  });

  test("an answer without a name", () => {
    expect(parseLine("~c 0 1500 0 1000 200 0 1 ")?.samples[0]).toMatchObject({ outcome: "ok", target: "" });
  });

  test("several requests, each of them due when the one before had ended", () => {
    const line = parseLine(
      "~f 20-23 1500000 0 1000 200 0 1 web-0\t2500 0 1212 0 !dial: refused\t500 503 1503 0 web-1\t700",
      2,
    );
    expect(line).toMatchObject({ first: 20, last: 23 });
    const common = { habit: "fresh", waitedMs: 0, runner: 2 };
    expect(line?.samples).toEqual([
      { ...common, dueMs: 1500, durationMs: 1, outcome: "ok", target: "web-0" },
      { ...common, dueMs: 1501, durationMs: 2.5, outcome: "refused", target: "" },
      { ...common, dueMs: 1503.5, durationMs: 0.5, outcome: "http-5xx", target: "web-1" },
      { ...common, dueMs: 1504, durationMs: 0.7, outcome: "http-5xx", target: "web-1" },
    ]);
  });

  test("what is cut off at its end tells less, and nothing else of what is before", () => {
    const answer = fc.constantFrom("", " 200 0 1 web-0", " 0 1212 0 !refused");
    const answers = fc.array(fc.tuple(fc.nat(9_999_999), answer), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(answers, fc.nat(), (all, at) => {
        const pieces = all.map(([took, how], i) => `${took}${how === "" && i === 0 ? " 200 0 1 " : how}`);
        const line = `~k 3 1795413465933500 0 ${pieces.join("\t")}`;
        const whole = parseLine(line)?.samples ?? [];
        expect(whole.map(({ durationMs }) => Math.round(durationMs * 1000))).toEqual(all.map(([took]) => took));
        const cut = parseLine(line.slice(0, at % line.length))?.samples ?? [];
        expect(whole.slice(0, Math.max(0, cut.length - 1))).toEqual(cut.slice(0, -1));
      }),
    );
  });

  test.each([
    "",
    "Request Failed",
    "~x 1 2 3 4 5 6 1 a",
    "~f 1 2",
    "~f 1 2 3 4 200 0 1 a\t5 6",
    'level=warning msg="x"',
  ])("not a request: %s", (line) => {
    expect(parseLine(line)).toBeUndefined();
  });
});
