import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { renderHtml } from "../../report/html.ts";
import { eventually } from "../unit/lab/eventually.ts";
import { badData, withEverything } from "../unit/report/example.ts";
import { Browser, type Watched } from "./browser.ts";
import { judgeAndRender, readConfig } from "../../rehearsal/render.ts";
import { Run } from "../../rehearsal/run.ts";
import { findChromium } from "./chromium.ts";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
/** Screenshots of each run of the tests, for a person to look at; CI keeps them. */
const shots = fileURLToPath(new URL("../../coverage/report/", import.meta.url));
const fixtures = fileURLToPath(new URL("../fixtures/runs/", import.meta.url));
const desktop = { width: 1280, height: 900 };
const phone = { width: 360, height: 740 };

describe("report.html in Chromium", () => {
  let folder: string;
  let url: string;
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "report-page-"));
    const data = badData();
    await writeFile(join(folder, "report.html"), renderHtml({ ...data, verdict: withEverything(data.verdict) }));
    url = pathToFileURL(join(folder, "report.html")).href;
    await mkdir(shots, { recursive: true });
    browser = await Browser.start(await findChromium());
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const views = [
    ["light", desktop, "light"],
    ["dark", desktop, "dark"],
    ["phone", phone, "light"],
    ["phone-dark", phone, "dark"],
  ] as const;
  test.each(views)("%s: quiet, alone, as wide as the screen, and accessible", async (name, size, prefers) => {
    const { page, requests, complaints }: Watched = await browser.open(url, size, prefers);
    expect(await page.locator("#timeline svg").count()).toBe(1);
    const labels = await page.locator("#curve svg text").allTextContents();
    expect(labels).toEqual(expect.arrayContaining(["1. UNSAFE", "2. SAFE"]));
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
    await page.addScriptTag({ path: axe });
    const violations = await page.evaluate(
      `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }).then(({ violations }) =>
        violations.map(({ id, nodes }) => [id, ...nodes.map(({ target }) => target.join(" "))]))`,
    );
    expect(violations).toEqual([]);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    await page.close();
  });

  test.each([
    ["sound", "20261125T100000Z-1.34.3-1.35.0"],
    ["one-replica", "20261125T110000Z-1.35.0-1.35.1"],
  ])("the recorded run %s fits a phone: real names are longer than invented ones", async (name, id) => {
    const dir = join(folder, id);
    const golden = (path: string): boolean => path.endsWith("/golden");
    await cp(join(fixtures, name), dir, { recursive: true, filter: (path) => !golden(path) });
    const run = new Run(id, dir);
    await judgeAndRender(run, await readConfig(run));
    const { page, complaints } = await browser.open(pathToFileURL(run.path("report.html")).href, phone, "light");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(phone.width);
    await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("the keyboard reaches the zoom and the tables, and shows where it is", async () => {
    const { page } = await browser.open(url, desktop, "light");
    const reached: string[] = [];
    for (;;) {
      await page.keyboard.press("Tab");
      // Past the last one.
      if (await page.evaluate("document.activeElement === document.body")) break;
      const [what, outline] = await page.evaluate<[string, string]>(`[
        document.activeElement.dataset.zoom ?? document.activeElement.className,
        getComputedStyle(document.activeElement).outlineStyle,
      ]`);
      reached.push(what);
      expect(reached.length).toBeLessThan(100);
      expect(`${what}: ${outline}`).not.toMatch(/: none$/);
    }
    expect(reached).toEqual(expect.arrayContaining(["in", "out", "left", "right", "all", "scroll"]));
    await page.close();
  });

  const background = "getComputedStyle(document.body).backgroundColor";
  const light = "rgb(247, 247, 245)";
  const dark = "rgb(20, 23, 27)";

  test("the switch overrules the system's colours, chart included", async () => {
    const { page } = await browser.open(url, desktop, "light");
    const label = `document.querySelector("#timeline svg text").getAttribute("fill")`;
    const [byDay, byNight] = [
      [light, "rgb(87, 96, 106)"],
      [dark, "rgb(163, 172, 184)"],
    ];
    for (const [choice, colours] of [
      ["System", byDay],
      ["Dark", byNight],
      ["Light", byDay],
      ["System", byDay],
    ] as const) {
      await page.getByRole("button", { name: choice }).click();
      // The chart is drawn in the next frame.
      await eventually(async () =>
        expect([await page.evaluate(background), await page.evaluate(label)]).toEqual(colours),
      );
      expect(await page.getByRole("button", { name: choice }).getAttribute("aria-pressed")).toBe("true");
    }
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await page.evaluate(background)).toBe(dark);
    await page.close();
  });

  test("zooms into the timeline and back, and a bar tells its node, state and time", async () => {
    const { page } = await browser.open(url, desktop, "light");
    const last = async (): Promise<string> =>
      (await page.locator("#timeline svg text").allTextContents()).filter((text) => /^\d+:\d\d$/.test(text)).at(-1) ??
      "";
    const whole = await last();
    await page.getByRole("button", { name: "Zoom in" }).click();
    await eventually(async () => expect(await last()).not.toBe(whole));
    await page.getByRole("button", { name: "All" }).click();
    await eventually(async () => expect(await last()).toBe(whole));

    const bar = page.locator('#timeline svg path[fill="rgb(221, 131, 39)"]').first();
    await bar.scrollIntoViewIfNeeded();
    await bar.hover();
    await page.waitForFunction(`document.querySelector("#timeline").textContent.includes("draining i-")`);
    expect(await page.locator("#timeline").textContent()).toMatch(/i-0a1b draining0:36 to 0:40draining i-0a1b/);
    await page.close();
  });

  test("counts time as people do, however long the upgrade took", async () => {
    const data = badData();
    const [baseline, upgrade] = [data.series.baseline, data.series.upgrade].map((one) => ({
      ...one,
      windowMs: 30_000,
    }));
    const file = join(folder, "long.html");
    await writeFile(file, renderHtml({ ...data, series: { baseline: baseline!, upgrade: upgrade! } }));
    const { page } = await browser.open(pathToFileURL(file).href, desktop, "light");
    const times = async (): Promise<string[]> =>
      (await page.locator("#timeline svg text").allTextContents()).filter((text) => /^(\d+:)?\d+:\d\d$/.test(text));
    expect(await times()).toEqual(["0:00", "10:00", "20:00", "30:00", "40:00", "50:00", "1:00:00"]);
    await page.getByRole("button", { name: "Zoom in" }).click();
    await page.waitForFunction(`document.querySelector("#timeline").textContent.includes("25:00")`);
    expect(await times()).toEqual(expect.arrayContaining(["20:00", "25:00", "30:00", "35:00", "40:00"]));
    await page.close();
  });

  test("prints, on light paper with everything unfolded", async () => {
    const { page } = await browser.open(url, desktop, "dark");
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.evaluate(background)).toBe("rgb(255, 255, 255)");
    expect(await page.locator("details:not([open])").count()).toBe(0);
    // Browsers leave backgrounds off paper, and a legend without its colours tells nothing.
    const adjust = `getComputedStyle(document.querySelector(".legend i")).printColorAdjust`;
    expect(await page.evaluate(adjust)).toBe("exact");
    await page.screenshot({ path: join(shots, "print.png"), fullPage: true });
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    const pdf = await page.pdf({ format: "A4" });
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    expect(pdf.length).toBeGreaterThan(20_000);
    await page.close();
  });
});
