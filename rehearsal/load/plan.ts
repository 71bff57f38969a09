import type { RehearsalConfig } from "../config.ts";

export type LoadKind = "baseline" | "upgrade";

/** The canary's requests per second, on top of the load: enough to see a stall of 50 ms. */
export const canaryRate = 20;

/** The settings of `loadtest/http.js` as environment variables. */
export function loadEnvironment(
  { load, targetUrl, rollTimeoutMinutes }: Pick<RehearsalConfig, "load" | "targetUrl" | "rollTimeoutMinutes">,
  kind: LoadKind,
  files: { readonly summary: string; readonly canaryUrl: string },
): Record<string, string> {
  // The upgrade's load is stopped when kops has ended. Its own end only makes sure that it ends at all.
  const longest = rollTimeoutMinutes * 60 + load.cooldownSeconds + 3600;
  const closed = load.requests !== undefined;
  const duration = kind === "upgrade" ? longest : load.durationSeconds;
  return {
    TARGET_URL: targetUrl,
    TIMEOUT: String(load.requestTimeoutSeconds),
    SUMMARY: files.summary,
    CANARY_URL: files.canaryUrl,
    CANARY_RATE: String(canaryRate),
    // With a fixed number of requests nobody knows how long they take: the canary is stopped when they are done.
    CANARY_DURATION: String(closed ? Math.max(duration, 86_400) : duration),
    DURATION: String(duration),
    ...(closed ? { CONCURRENCY: String(load.concurrency) } : { RATE: String(load.rate) }),
    ...(closed && kind === "baseline" ? { REQUESTS: String(load.requests) } : {}),
    ...(load.expectBody === undefined ? {} : { EXPECT_BODY: load.expectBody }),
  };
}

/** Time between two iterations of a habit as `loadtest/http.js` and k6 round it, in ms. */
export function periodMs(rate: number): number {
  return Math.floor(1e10 / Math.max(1, Math.round(rate * 10))) / 1e6;
}
