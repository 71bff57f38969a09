import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type BrowserContext, type Page } from "playwright-core";
import type { Chromium } from "./chromium.ts";

/** What a page asked for and complained about. */
export interface Watched {
  readonly page: Page;
  /** Addresses, other than the page's own file. */
  readonly requests: string[];
  /** Console errors and warnings, uncaught exceptions. */
  readonly complaints: string[];
}

// Chromium itself is to ask nobody anything.
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--in-process-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A headless Chromium with an empty profile of its own. */
export class Browser {
  private constructor(
    private readonly context: BrowserContext,
    private readonly profile: string,
  ) {}

  static async start({ path, env }: Chromium): Promise<Browser> {
    const profile = await mkdtemp(join(tmpdir(), "report-chromium-"));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: path,
      headless: true,
      args,
      env: { ...(process.env as Record<string, string>), ...env },
      timeout: 180_000,
    });
    return new Browser(context, profile);
  }

  /** A new page that shows a file; `prefers` is the colour scheme of the reader's system. */
  async open(url: string, size: { width: number; height: number }, prefers: "light" | "dark"): Promise<Watched> {
    const page = await this.context.newPage();
    const watched: Watched = { page, requests: [], complaints: [] };
    page.on("request", (request) => {
      if (request.url() !== url && !request.url().startsWith("data:")) watched.requests.push(request.url());
    });
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) watched.complaints.push(message.text());
    });
    page.on("pageerror", (error) => watched.complaints.push(String(error)));
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: prefers });
    await page.goto(url, { waitUntil: "load" });
    return watched;
  }

  async close(): Promise<void> {
    await this.context.close();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
