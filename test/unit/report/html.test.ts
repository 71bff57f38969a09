import { Script } from "node:vm";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { renderHtml } from "../../../report/html.ts";
import { badData, reportData } from "./example.ts";

const scripts = (html: string): string[] =>
  [...html.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, body]) => body!);

describe("report.html", () => {
  const html = renderHtml(badData());
  const outside = html.replaceAll(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, "");

  test("leads with the verdict and its reasons", () => {
    const verdict = outside.indexOf(">UNSAFE<");
    const reason = outside.indexOf("5 interruptions, the longest of 1.84 s");
    expect(verdict).toBeGreaterThan(0);
    expect(reason).toBeGreaterThan(verdict);
    expect(outside.indexOf("Timeline</h2>")).toBeGreaterThan(reason);
  });

  test("loads nothing from outside", () => {
    expect(outside).not.toMatch(/\b(src|href)="(?!data:)/);
    expect(html).toContain("default-src 'none'");
    expect(html.match(/<style>[\s\S]*?<\/style>/)![0]).not.toMatch(/url\(|@import/);
  });

  test("escapes what kops printed", () => {
    expect(outside).toContain("LaunchTemplate/nodes &lt;b&gt;&amp;amp;");
  });

  test("holds the chart's data, its library, and a script that parses", () => {
    const [data, library, script] = scripts(html);
    const parsed = JSON.parse(data!) as { lanes: string[]; outages: unknown[]; upgrade: { p99: unknown[] } };
    expect(parsed.lanes).toHaveLength(8);
    expect(parsed.outages).toHaveLength(5);
    expect(parsed.upgrade.p99).toHaveLength(120);
    expect(library!.length).toBeGreaterThan(500_000);
    expect(() => new Script(script!)).not.toThrow();
  });

  test("no text from outside becomes markup or ends a script", () => {
    const data = reportData();
    const plainCount = scripts(renderHtml(data)).length;
    fc.assert(
      fc.property(
        fc.constantFrom(
          "</script><script>alert(1)</script>",
          "<img src=x onerror=alert(1)>",
          '"><svg/onload=1>',
          "<!--",
        ),
        fc.string(),
        (evil, text) => {
          const message = `${text}${evil}`;
          const page = renderHtml({
            ...data,
            events: data.events.map((event) => ({ ...event, message, node: event.node && `${event.node}${evil}` })),
            dryRuns: [{ title: message, command: message, output: message }],
            commands: [message],
            toolVersions: { [message]: message },
            verdict: { ...data.verdict, reasons: [message], clusterName: message },
          });
          expect(scripts(page)).toHaveLength(plainCount);
          expect(page.replaceAll(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, "")).not.toContain(evil);
        },
      ),
      { numRuns: 20 },
    );
  });
});
