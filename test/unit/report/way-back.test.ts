import { describe, expect, test } from "@jest/globals";
import { renderHtml } from "../../../report/html.ts";
import { renderRunbook } from "../../../report/runbook/runbook.ts";
import { renderRevert, supportText } from "../../../report/way-back.ts";
import { reportData, withEverything } from "./example.ts";

const good = reportData();
const revert = withEverything(good.verdict).revert!;

describe("the way back", () => {
  test.each<[string, Parameters<typeof supportText>[0], RegExp]>([
    ["within a minor version", { fromVersion: "1.35.0", toVersion: "1.35.1" }, /a way back after every step/],
    [
      "not rehearsed",
      { fromVersion: "1.34.3", toVersion: "1.35.0" },
      /until the first control-plane node has been replaced$/,
    ],
    [
      "it worked",
      { fromVersion: "1.34.3", toVersion: "1.35.0", revert },
      /says nothing about the objects that production/,
    ],
    [
      "it did not",
      { fromVersion: "1.34.3", toVersion: "1.35.0", revert: { ...revert, ok: false } },
      /did not manage it/,
    ],
  ])("up to which step it is supported: %s", (_, given, expected) => {
    const text = supportText(given);
    expect(text).toMatch(expected);
    expect(text.includes("does not support taking a control plane back from 1.35 to 1.34")).toBe(
      given.fromVersion === "1.34.3",
    );
  });

  test("on a terminal: how it went, why it was not calm, what is supported, what to do next", () => {
    expect(renderRevert({ ...revert, verdict: "UNSAFE", reasons: ["it hurt"] }).split("\n")).toEqual([
      "1.35.0 to 1.34.3, mid-upgrade: it worked, 4 nodes in 2.1 min, UNSAFE; 3 of 25,000 requests failed, 1 interruption, longest 40 ms.",
      "  - it hurt",
      expect.stringMatching(/^Kubernetes does not support taking a control plane back from 1\.35 to 1\.34/),
      expect.stringMatching(/^Next: `npx rehearsal report`/),
      "",
    ]);
  });

  test("report and runbook say how it went, why it was not calm, and what is supported", () => {
    const reasons = ["3 requests failed on the way back"];
    const data = {
      ...good,
      verdict: { ...good.verdict, revert: { ...revert, verdict: "DEGRADED" as const, reasons } },
    };
    for (const page of [renderHtml(data), renderRunbook(data)]) {
      expect(page).toContain("it worked, 4 nodes in 2.1 min, DEGRADED; 3 of 25,000 requests failed");
      expect(page).toContain(reasons[0]);
      expect(page).toContain("does not support taking a control plane back from 1.35 to 1.34");
    }
    expect(renderRunbook(good)).toContain("not rehearsed** (setting `rehearseRevert`)");
  });
});
