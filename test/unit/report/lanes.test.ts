import { describe, expect, test } from "@jest/globals";
import { renderComparison } from "../../../report/compare.ts";
import { nodeLanes } from "../../../report/lanes.ts";
import { upgradeStartMs } from "../analysis/synthetic.ts";
import { badData, reportData } from "./example.ts";

const bad = badData();
const good = reportData();

test("a comparison marks what differs", () => {
  const lines = renderComparison({ ...good.verdict, order: "staged" }, { ...bad.verdict, order: "legacy" }).split("\n");
  expect(lines.find((line) => line.includes("verdict"))).toMatch(/^\* verdict +SAFE +UNSAFE$/);
  expect(lines).toContainEqual(expect.stringMatching(/^\* order +staged +legacy$/));
  expect(lines.find((line) => line.includes("intervals"))).toMatch(/^ {2}intervals/);
});

describe("node lanes", () => {
  const lanes = nodeLanes(good.events, upgradeStartMs, upgradeStartMs + 120_000);

  test("follow each node from ready to gone and each new one from launch to ready", () => {
    expect(lanes).toHaveLength(8);
    expect(lanes[2]!.bars.map((bar) => bar.state)).toEqual(["serving", "cordoned", "draining", "terminating"]);
    expect(lanes[3]!.bars.map((bar) => bar.state)).toEqual(["booting", "joined", "serving"]);
    expect(lanes[2]!.marks.map((mark) => mark.kind)).toEqual(["pod-evicted"]);
  });

  test("have bars that follow one another within the time shown", () => {
    for (const { bars } of lanes)
      bars.forEach((bar, i) => {
        expect(bar.endMs).toBeGreaterThan(bar.startMs);
        expect(bar.startMs).toBeGreaterThanOrEqual(bars[i - 1]?.endMs ?? upgradeStartMs);
        expect(bar.endMs).toBeLessThanOrEqual(upgradeStartMs + 120_000);
      });
  });
});
