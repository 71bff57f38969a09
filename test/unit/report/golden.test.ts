import { cp, mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execa } from "execa";
import type { Verdict } from "../../../analysis/verdict-schema.ts";
import { compareRuns } from "../../../rehearsal/commands/compare.ts";
import { judgeAndRender, readConfig } from "../../../rehearsal/render.ts";
import { Run } from "../../../rehearsal/run.ts";
import { renderTerminal } from "../../../report/terminal.ts";

const fixtures = fileURLToPath(new URL("../../fixtures/runs/", import.meta.url));
const project = fileURLToPath(new URL("../../../", import.meta.url));
const renewing = process.env["RENEW_GOLDEN"] === "1";
const howToRenew =
  "If the change is meant, look at the difference and renew the golden files:\n" +
  "  RENEW_GOLDEN=1 npm test -- test/unit/report/golden --selectProjects unit\n" +
  "  git diff test/fixtures/runs";

/** Name of a recorded run, as it is called in a folder of runs. */
const runs = { sound: "20261125T100000Z-1.34.3-1.35.0", "one-replica": "20261125T110000Z-1.35.0-1.35.1" };

/** What a run recorded in the lab comes to must stay what it was: see `test/fixtures/runs/record.ts`. */
describe("recorded runs", () => {
  let folder: string;
  const rendered = new Map<string, { verdict: Verdict; files: Map<string, string> }>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "golden-"));
    // The gate holds a verdict against the settings that its stack has now.
    await cp(join(project, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    const stack = await readFile(join(project, "Pulumi.local.yaml"), "utf8");
    await writeFile(join(folder, "Pulumi.local.yaml"), stack.replace("lab/aws/channel.yaml", "stable"));
    for (const [name, id] of Object.entries(runs)) {
      const dir = join(folder, ".rehearsal/local", id);
      await cp(join(fixtures, name), dir, { recursive: true, filter: (path) => !path.endsWith("/golden") });
      const run = new Run(id, dir);
      const verdict = await judgeAndRender(run, await readConfig(run));
      rendered.set(name, { verdict, files: await golden(run, verdict) });
    }
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  describe.each(Object.keys(runs))("%s", (name) => {
    test.each(["verdict.json", "terminal.txt", "runbook.md", "report.html", "chart.json"])(
      "%s is as it was",
      async (file) => {
        const text = rendered.get(name)?.files.get(file) ?? "";
        const path = join(fixtures, name, "golden", file);
        if (renewing) {
          await mkdir(join(fixtures, name, "golden"), { recursive: true });
          await writeFile(path, text);
        }
        const expected = await readFile(path, "utf8").catch(() => "");
        if (text !== expected)
          throw new Error(`${name}/golden/${file} differs.\n${difference(expected, text)}\n${howToRenew}`);
      },
    );
  });

  // So that nobody renews what is plainly wrong.
  test("the sound run is SAFE, and nothing failed", () => {
    const { verdict } = rendered.get("sound")!;
    expect(verdict).toMatchObject({
      verdict: "SAFE",
      outages: [],
      upgrade: { failed: 0 },
      roll: { ok: true, blockers: [] },
    });
  });

  test("the run with one replica is UNSAFE, its interruption put down to the pod that was deleted", () => {
    const { verdict, files } = rendered.get("one-replica")!;
    expect(verdict.verdict).toBe("UNSAFE");
    expect(verdict.outages.length).toBeGreaterThan(0);
    expect(verdict.outages[0]).toMatchObject({
      phase: "nodes",
      pod: expect.stringMatching(/^rehearsal\/rehearsal-app-/),
    });
    expect(files.get("runbook.md")).toContain("Budgets to look at first: `rehearsal/rehearsal-app`");
    expect(files.get("runbook.md")).toContain("DEPLOYMENT='rehearsal-app'");
  });

  test("a samples file that lost its end makes a verdict INCONCLUSIVE, and says so", async () => {
    const dir = join(folder, "cut", runs.sound);
    await cp(join(fixtures, "sound"), dir, { recursive: true, filter: (path) => !path.endsWith("/golden") });
    const run = new Run(runs.sound, dir);
    const file = run.path("upgrade.samples");
    await truncate(file, (await stat(file)).size - 1);
    const { verdict, reasons } = await judgeAndRender(run, await readConfig(run));
    expect(verdict).toBe("INCONCLUSIVE");
    expect(reasons.join()).toMatch(
      /samples of the upgrade are cut off \(.* ends early: \d+ requests of it are missing\)/,
    );
  });

  test("report, compare and gate work from the artifacts alone", async () => {
    const rehearsal = async (...args: string[]) =>
      await execa("node", [join(project, "bin/rehearsal.mjs"), ...args], { cwd: folder, reject: false, all: true });
    const [report, gate] = await Promise.all([
      rehearsal("report", runs.sound),
      rehearsal("gate", "--accept", "SAFE,DEGRADED", runs["one-replica"]),
    ]);
    const figures = (text: string): string[] => text.trim().split("\n").slice(0, -2);
    expect(figures(report.all)).toEqual(figures(rendered.get("sound")!.files.get("terminal.txt")!));
    expect(gate.exitCode).toBe(11);
    expect(gate.all).toContain("UNSAFE is not among SAFE, DEGRADED");
    const run = (id: string): Run => new Run(id, join(folder, ".rehearsal/local", id));
    expect(await compareRuns(run(runs.sound), run(runs["one-replica"]), "text")).toMatch(/^\* verdict +SAFE +UNSAFE$/m);
    const other = join(folder, ".rehearsal/other", runs["one-replica"]);
    await cp(run(runs["one-replica"]).path(""), other, { recursive: true });
    const compared = await rehearsal("compare", `local/${runs.sound}`, `other/${runs["one-replica"]}`);
    expect(compared.all).toMatch(/^\* verdict +SAFE +UNSAFE$/m);
  });
});

/** What is compared: the report without its styles and programs, and what the chart draws. */
async function golden(run: Run, verdict: Verdict): Promise<Map<string, string>> {
  const read = async (name: string): Promise<string> =>
    (await readFile(run.path(name), "utf8")).replaceAll(verdict.createdAt, "2026-11-25T12:00:00.000Z");
  const html = await read("report.html");
  const chart = /<script type="application\/json" id="data">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? "";
  return new Map([
    ["verdict.json", await read("verdict.json")],
    ["runbook.md", await read("runbook.md")],
    ["report.html", html.replaceAll(/<(script|style)[^>]*>[\s\S]*?<\/\1>\n?/g, "")],
    ["chart.json", `${JSON.stringify(JSON.parse(chart)).replaceAll("],[", "],\n[").replaceAll("},{", "},\n{")}\n`],
    ["terminal.txt", renderTerminal(verdict, { report: "report.html", runbook: "runbook.md" })],
  ]);
}

/** The first lines that differ. */
function difference(expected: string, received: string): string {
  const [was, is] = [expected.split("\n"), received.split("\n")];
  const lines = [...Array(Math.max(was.length, is.length)).keys()].filter((i) => was[i] !== is[i]);
  const shown = lines.slice(0, 5).map((i) => `  line ${i + 1}\n    was ${was[i] ?? "-"}\n    is  ${is[i] ?? "-"}`);
  return [`${lines.length} lines differ, the first are:`, ...shown].join("\n");
}
