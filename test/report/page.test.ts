import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { renderHtml } from "../../report/html.ts";
import { badData } from "../unit/report/example.ts";
import { Browser, type Watched } from "./browser.ts";
import { findChromium } from "./chromium.ts";

jest.setTimeout(120_000);

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
/** Screenshots of each run of the tests, for a person to look at; CI keeps them. */
const shots = fileURLToPath(new URL("../../coverage/report/", import.meta.url));
const desktop = { width: 1280, height: 900 };
const phone = { width: 360, height: 740 };

describe("report.html in Chromium", () => {
  let folder: string;
  let url: string;
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "report-page-"));
    await writeFile(join(folder, "report.html"), renderHtml(badData()));
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

  test("prints", async () => {
    const { page } = await browser.open(url, desktop, "dark");
    const pdf = await page.pdf({ format: "A4" });
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    expect(pdf.length).toBeGreaterThan(20_000);
    await page.close();
  });
});
