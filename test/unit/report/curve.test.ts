import { expect, test } from "@jest/globals";
import { curve, curveText } from "../../../report/curve.ts";
import { renderHtml } from "../../../report/html.ts";
import { reportData, withEverything } from "./example.ts";

const good = reportData();
const { search, ...rest } = withEverything(good.verdict);

test("a search is drawn as minutes of production's schedule against the longest interruption", () => {
  const points = curve({ ...rest, search });
  expect(points).toEqual([
    { minutes: 22.5, interruptedMs: 1840, verdict: "UNSAFE", chosen: false },
    { minutes: 72.5, interruptedMs: 0, verdict: "SAFE", chosen: true },
  ]);
  expect(curveText(points)).toBe(
    "Production's schedule against the longest interruption: 23 min, 1.84 s; 73 min, none.",
  );
  expect(renderHtml({ ...good, verdict: { ...rest, search } })).toContain('id="curve" role="img"');
});

test("one roll is no curve", () => {
  const one = { ...rest, search: { ...search!, attempts: search!.attempts.slice(0, 1), chosen: 0 } };
  expect(curve(one)).toEqual([]);
  expect(renderHtml({ ...good, verdict: one })).not.toContain('<div id="curve"');
});
