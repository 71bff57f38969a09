import { describe, expect, test } from "@jest/globals";
import { renderComparison } from "../../../report/compare.ts";
import { nodeLanes } from "../../../report/lanes.ts";
import { renderRunbook } from "../../../report/runbook.ts";
import { renderTerminal } from "../../../report/terminal.ts";
import { upgradeStartMs } from "../analysis/synthetic.ts";
import { badData, reportData } from "./example.ts";

const bad = badData();
const good = reportData();
const paths = { report: "out/report.html", runbook: "out/runbook.md" };

describe("the end of a run in a terminal", () => {
  test("fits one screen and leads with the verdict", () => {
    for (const { verdict } of [bad, good]) {
      const lines = renderTerminal(verdict, paths).trimEnd().split("\n");
      expect(lines.length).toBeLessThanOrEqual(24);
      expect(lines[0]).toMatch(new RegExp(`^${verdict.verdict}  mirror.k8s.example.com  1.34.3 -> 1.35.0`));
    }
  });

  test("has the figures behind the verdict", () => {
    const text = renderTerminal(bad.verdict, paths);
    expect(text).toContain("baseline 11,000   upgrade 23,000   failed 0 -> 407 (1.77 %, 95 % 1.61 % to 1.95 %)");
    expect(text).toContain(
      "5 interruptions, longest 1.84 s (total, fresh connections), during the turn of node i-0a1b",
    );
    expect(text).toContain("canary: clean   landed: 4 of 4 nodes on 1.35.0   checklist: 2 of 2");
    expect(text).toContain("out/runbook.md");
  });

  test("colours only when asked to, and keeps a reason on one line", () => {
    expect(renderTerminal(bad.verdict, paths)).not.toContain("\u001b");
    expect(renderTerminal(bad.verdict, { ...paths, color: true })).toContain("\u001b[1;31mUNSAFE");
    const long = { ...bad.verdict, reasons: [`first\nsecond ${"x".repeat(500)}`] };
    expect(renderTerminal(long, paths)).toContain("  first second xxx");
    expect(
      Math.max(
        ...renderTerminal(long, paths)
          .split("\n")
          .map((line) => line.length),
      ),
    ).toBeLessThan(230);
  });
});

describe("runbook.md", () => {
  test("has the staged order with this rehearsal's intervals", () => {
    const text = renderRunbook({
      ...good,
      production: { clusterName: "prod.k8s.example.com", stateStore: "s3://prod-state" },
    });
    const inOrder = [
      "kops edit cluster --name=prod.k8s.example.com",
      "### 3. Update the control plane",
      "--instance-group-roles=control-plane,apiserver",
      "### 4. Roll the control plane",
      "--control-plane-interval=8s",
      "### 5. Update the nodes",
      "### 6. Roll the nodes",
      "--prune",
      "### 8. Check",
    ];
    let from = 0;
    for (const part of inOrder) {
      const place = text.indexOf(part, from);
      expect({ part, found: place >= 0 }).toEqual({ part, found: true });
      from = place;
    }
    // The mirror is named once, as what was rehearsed on, and in no command.
    expect(text.match(/mirror\.k8s/g)).toHaveLength(1);
    expect(text).not.toContain("PRODUCTION_");
  });

  test("explains its placeholders when production is not known", () => {
    expect(renderRunbook(good)).toContain(
      "Replace in every command: `<PRODUCTION_CLUSTER>`: production's cluster name",
    );
  });

  test("takes names and abort rules from the rehearsal", () => {
    const text = renderRunbook(bad);
    expect(text).toContain("kubectl delete pod --namespace=default web-2");
    expect(text).toContain("`PodDisruptionBudget default/web allows no disruption of default/web-2`");
    expect(text).toContain("- more than 0.1 % of requests fail (the rehearsal: 1.77 %, its baseline: 0 %)");
    expect(text).toContain("twice the slowest of the rehearsal");
    expect(text).toContain("Settle these before you go on");
  });
});

test("a comparison marks what differs", () => {
  const lines = renderComparison(good.verdict, bad.verdict).split("\n");
  expect(lines.find((line) => line.includes("verdict"))).toMatch(/^\* verdict +SAFE +UNSAFE$/);
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
