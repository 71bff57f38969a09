import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { Clone } from "./clone.ts";

jest.setTimeout(45 * 60_000);

/** The README's first command in a clone, as somebody meets the project. */
describe("make rehearsal", () => {
  let clone: Clone;

  beforeAll(async () => {
    clone = await Clone.create("sound");
  });

  afterAll(async () => {
    await clone.dispose();
  });

  test("a sound app gives SAFE with no failed request, and nothing is left behind", async () => {
    const { exitCode, all } = await clone.make("rehearsal");
    expect({ exitCode, end: exitCode === 0 ? "" : all.slice(-4000) }).toEqual({ exitCode: 0, end: "" });
    expect(all).toMatch(/^SAFE +mirror\.k8s\.example\.com +1\.34\.3 -> 1\.35\.0$/m);
    expect(all).toContain("pulumi destroy: nothing is left behind");
    expect(all).toMatch(/^\[\d+m\d+s\] verdict: SAFE$/m);

    const verdict = await clone.verdict();
    expect({ verdict: verdict.verdict, reasons: verdict.verdict === "SAFE" ? [] : verdict.reasons }).toEqual({
      verdict: "SAFE",
      reasons: [],
    });
    expect(verdict.upgrade.failed).toBe(0);
    expect(verdict.baseline.failed).toBe(0);
    // All of which answered in the baseline, or the verdict would not be SAFE.
    expect(JSON.parse(await clone.artifact("serving.json"))).toEqual({
      pods: Array.from({ length: 3 }, () => expect.stringMatching(/^rehearsal-app-/) as unknown),
    });
    expect(verdict.upgrade.requests).toBeGreaterThan(1000);
    expect(verdict.upgrade.droppedIterations).toBe(0);
    expect(verdict.upgradeLanded.pendingChanges).toEqual([]);
    expect(verdict.upgradeLanded.nodes).toHaveLength(4);
    expect(new Set(verdict.upgradeLanded.nodes.map((node) => node.kubeletVersion))).toEqual(new Set(["v1.35.0"]));
    expect(verdict.checklist.filter((item) => !item.ok)).toEqual([]);

    const drained = (await clone.events()).filter((event) => event.kind === "node-draining");
    expect(new Set(drained.map((event) => event.node)).size).toBe(4);
  });
});
