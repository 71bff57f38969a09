import { describe, expect, test } from "@jest/globals";
import { loadExit, worstEnd } from "../../../rehearsal/load/exit.ts";
import { dropsIterations } from "../../../rehearsal/load/line.ts";
import { classify } from "../../../rehearsal/load/outcome.ts";

describe("what k6 says becomes an outcome", () => {
  test.each([
    ["ok", 200, 0, true, ""],
    ["ok", 204, 0, true, ""],
    ["wrong-body", 200, 0, false, ""],
    ["http-5xx", 503, 1503, true, ""],
    ["http-5xx", 500, 1500, false, ""],
    ["http-other", 404, 1404, true, ""],
    ["http-other", 301, 0, true, ""],
    ["timeout", 0, 1050, false, "request timeout"],
    ["timeout", 0, 1211, false, "dial: i/o timeout"],
    ["dns", 0, 1101, false, "lookup: no such host"],
    ["dns", 0, 1100, false, "lookup x on 10.0.0.2:53: server misbehaving"],
    ["refused", 0, 1212, false, "dial: connection refused"],
    ["reset", 0, 1220, false, "read: connection reset by peer"],
    ["reset", 0, 1201, false, "write: broken pipe"],
    ["reset", 0, 1000, false, "EOF"],
    ["reset", 0, 1000, false, "unexpected EOF"],
    ["reset", 0, 1000, false, "http: server closed idle connection"],
    ["unknown", 0, 1000, false, "something else"],
    ["unknown", 0, 1310, false, "x509: certificate signed by unknown authority"],
    ["unknown", 0, 1213, false, "dial: unknown errno 113"],
    ["unknown", 200, 1631, true, "http2: stream error"],
    // A time-out in the middle of the body has the status already.
    ["timeout", 200, 1050, false, "request timeout"],
    ["reset", 200, 1220, false, "read: connection reset by peer"],
  ] as const)("%s: status %i, code %i, body %s, %s", (outcome, status, errorCode, bodyOk, error) => {
    expect(classify({ status, errorCode, bodyOk, error })).toBe(outcome);
  });
});

describe("how k6 ended", () => {
  test.each([
    [0, false, "finished"],
    [99, false, "thresholds"],
    [105, true, "finished"],
    [105, false, "aborted"],
    [108, false, "aborted"],
    [103, true, "aborted"],
    [104, false, "failed"],
    [107, false, "failed"],
    [109, true, "failed"],
    [undefined, true, "failed"],
  ] as const)("exit status %s, told to: %s: %s", (code, stopped, expected) => {
    expect(loadExit(code, stopped)).toBe(expected);
  });

  test("of several processes the one that ended worst counts", () => {
    const ends = [
      { name: "k6-1", exitCode: 0 },
      { name: "k6-2", exitCode: undefined },
      { name: "k6-3", exitCode: 99 },
    ];
    expect(worstEnd(ends, false)).toEqual({ end: ends[1], exitClass: "failed" });
    expect(worstEnd(ends.slice(0, 1), false)).toEqual({ end: ends[0], exitClass: "finished" });
  });

  test("that it drops iterations", () => {
    expect(dropsIterations("Insufficient VUs, reached 1105 active VUs and cannot initialize more")).toBe(true);
    expect(dropsIterations("Request Failed")).toBe(false);
  });
});
