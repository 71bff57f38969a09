import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Verdict } from "../../../analysis/verdict-schema.ts";
import { renderHtml } from "../../../report/html.ts";
import { renderTerminal } from "../../../report/terminal.ts";
import { badData, reportData, withEverything } from "./example.ts";

const bad = badData();
const good = reportData();
const paths = { report: "out/report.html", runbook: "out/runbook.md" };
const show = (verdict: Verdict): string[] => renderTerminal(verdict, paths).trimEnd().split("\n");

describe("the end of a run in a terminal", () => {
  test("has verdict and reasons first, then the figures behind them", () => {
    const lines = show(bad.verdict);
    expect(lines[0]).toBe("UNSAFE  mirror.k8s.example.com  1.34.3 -> 1.35.0");
    expect(lines[1]).toMatch(/^ {2}- 5 interruptions, the longest of 1.84 s/);
    expect(lines).toContain("  failed               0         407   1.77 %, 95 % 1.61 % to 1.95 %");
    expect(lines).toContain("  landed     4 of 4 nodes on 1.35.0; checklist 2 of 2");
    expect(lines.at(-1)).toBe("  runbook    out/runbook.md");
  });

  test("fits 80 x 24 with the prompt, whatever there is to say", () => {
    const text = fc.oneof(fc.lorem({ maxCount: 60 }), fc.string({ maxLength: 300 }));
    fc.assert(
      fc.property(
        fc.constantFrom(bad.verdict, good.verdict, withEverything(bad.verdict)),
        fc.array(text, { minLength: 1, maxLength: 12 }),
        fc.string({ minLength: 1, maxLength: 200 }),
        (verdict, reasons, clusterName) => {
          const lines = show({ ...verdict, reasons, clusterName: clusterName.replaceAll(/\s/g, "-") });
          expect(lines.length).toBeLessThan(24);
          expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
          expect(lines[0]).toMatch(new RegExp(`^${verdict.verdict} `));
        },
      ),
    );
  });

  test("says that there are more reasons than fit", () => {
    const many = show({ ...withEverything(bad.verdict), reasons: Array.from({ length: 30 }, (_, i) => `reason ${i}`) });
    expect(many).toContain("  - reason 0");
    expect(many).toContain("    ... the report has the rest");
  });

  test("cuts nothing of what a run usually has to say", () => {
    for (const verdict of [bad.verdict, good.verdict, withEverything(bad.verdict)])
      expect(show(verdict).filter((line) => line.endsWith("..."))).toEqual([]);
  });

  test("colours only when asked to", () => {
    expect(renderTerminal(bad.verdict, paths)).not.toContain("\u001b");
    expect(renderTerminal(bad.verdict, { ...paths, color: true })).toContain("\u001b[1;31mUNSAFE");
  });
});

describe.each([
  ["a sound run", good],
  ["a bad run", bad],
  ["a run with everything", { ...bad, verdict: withEverything(bad.verdict) }],
])("terminal and report of %s say the same:", (_, data) => {
  const html = renderHtml(data).replaceAll(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, "");
  const page = html
    .replaceAll(/<\/(td|th|p|li|dd|dt|tr|small)>/g, " ")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&gt;", ">")
    .replaceAll(/\s+/g, " ");
  const terminal = renderTerminal(data.verdict, paths);
  const cells = (name: string): [string, string] => {
    const row = new RegExp(`<th scope="row">${name}</th><td class="n">([^<]*)</td><td class="n[^"]*">([^<]*)</td>`);
    const [, baseline, upgrade] = row.exec(html) ?? [];
    return [baseline ?? "none", upgrade ?? "none"];
  };

  test.each([
    ["requests", "Complete requests"],
    ["failed", "Failed requests"],
    ["p50, ms", "50 %"],
    ["p95, ms", "95 %"],
    ["p99, ms", "99 %"],
  ])("%s", (short, long) => {
    const [, baseline, upgrade] = new RegExp(`^  ${short} +(\\S+) +(\\S+)`, "m").exec(terminal) ?? [];
    expect([baseline, upgrade]).toEqual(cells(long));
  });

  test.each(["roll", "outages", "seen", "landed", "production", "way back", "cost"])("%s", (name) => {
    const lines = terminal.split("\n");
    const from = lines.findIndex((line) => line.startsWith(`  ${name.padEnd(11)}`));
    if (from < 0) return expect(["way back", "cost"]).toContain(name);
    const rest = lines.slice(from + 1);
    const more = rest.slice(
      0,
      rest.findIndex((line) => !line.startsWith(" ".repeat(13))),
    );
    const text = [lines[from]!.slice(13), ...more.map((line) => line.slice(13))].join(" ");
    // Each figure with its unit is in the report, too.
    const figures = text.match(/\d[\d.,]*(?: ?(?:ms|s|min|%|USD|nodes)\b)?/g) ?? [];
    for (const figure of figures) expect(page).toContain(figure.replace(/[.,]$/, ""));
    return undefined;
  });
});
