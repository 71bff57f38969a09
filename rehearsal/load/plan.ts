import { fileURLToPath } from "node:url";
import type { Habit } from "../../analysis/sample.ts";
import type { RehearsalConfig } from "../config.ts";

export type LoadKind = "baseline" | "upgrade";

/** The k6 script, the same wherever it runs. */
export const script = fileURLToPath(new URL("../../loadtest/http.js", import.meta.url));

/** Options of k6 beside those of where it runs: requests go to its log as they are, and none are kept in its memory. */
export const k6Arguments = [
  "--no-usage-report",
  "--no-color",
  "--log-format",
  "raw",
  "--summary-mode=disabled",
  "--no-thresholds",
] as const;

/** The requests per second of each k6 process to its canary, on top of the load: enough to see a stall of 50 ms. */
export const canaryRate = 20;

/** How many k6 processes share the load. */
export const runnersOf = (load: RehearsalConfig["load"]): number => load.generators?.parallelism ?? 1;

/** The settings of `loadtest/http.js` as environment variables. */
export function loadEnvironment(
  { load, targetUrl, rollTimeoutMinutes }: Pick<RehearsalConfig, "load" | "targetUrl" | "rollTimeoutMinutes">,
  kind: LoadKind,
  canaryUrl: string,
): Record<string, string> {
  // The upgrade's load is stopped when kops has ended. Its own end only makes sure that it ends at all.
  const longest = rollTimeoutMinutes * 60 + load.cooldownSeconds + 3600;
  const closed = load.requests !== undefined;
  const duration = kind === "upgrade" ? longest : load.durationSeconds;
  return {
    TARGET_URL: targetUrl,
    TIMEOUT: String(load.requestTimeoutSeconds),
    RUNNERS: String(runnersOf(load)),
    CANARY_URL: canaryUrl,
    CANARY_RATE: String(canaryRate * runnersOf(load)),
    // With a fixed number of requests nobody knows how long they take: the canary is stopped when they are done.
    CANARY_DURATION: String(closed ? Math.max(duration, 86_400) : duration),
    DURATION: String(duration),
    ...(closed ? { CONCURRENCY: String(load.concurrency) } : { RATE: String(load.rate) }),
    ...(closed && kind === "baseline" ? { REQUESTS: String(load.requests) } : {}),
    ...(load.expectBody === undefined ? {} : { EXPECT_BODY: load.expectBody }),
  };
}

/** Time between two iterations of a habit in one k6 process as `loadtest/http.js` and k6 round it, in ms. */
export function periodMs(habit: Habit, rate: number, runners: number): number {
  const whole = habit === "canary" ? canaryRate * runners : rate / 2;
  return (runners * Math.floor(1e10 / Math.max(1, Math.round(whole * 10)))) / 1e6;
}
