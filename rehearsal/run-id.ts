import { createHash } from "node:crypto";
import type { RehearsalConfig } from "./config.ts";
import { canonical } from "./fingerprint.ts";

/** Names a run by its start (UTC, seconds) and versions: `20261123T053000Z-1.34.3-1.35.0`. Sorts by time. */
export function runId(start: Date, fromVersion: string, toVersion: string): string {
  const time = start
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(/[-:]/g, "");
  return `${time}-${fromVersion}-${toVersion}`;
}

const pattern = /^\d{8}T\d{6}Z-[\w.+-]+$/;

/** True for what `runId` makes (and for the suffix that keeps two of the same second apart). */
export function isRunId(name: string): boolean {
  return pattern.test(name);
}

/**
 * What makes two calls belong to the same run: the cluster (and the one time that it was created), the versions, the app,
 * the load and how the roll is paced. Budgets are not among them: changing one judges the same measurement again.
 */
export function runKey(
  config: Pick<
    RehearsalConfig,
    | "clusterName"
    | "stateStore"
    | "fromVersion"
    | "toVersion"
    | "app"
    | "attempt"
    | "load"
    | "intervals"
    | "order"
    | "skewProbe"
    | "search"
  >,
  generation: string,
): string {
  const { clusterName, stateStore, fromVersion, toVersion, app, attempt } = config;
  const { load, intervals, order, skewProbe, search } = config;
  const parts = {
    ...{ clusterName, stateStore, fromVersion, toVersion, load, intervals, generation },
    // Named only when they are not the defaults, so that a run from before they were there goes on.
    ...(app === undefined ? {} : { app }),
    ...(attempt === undefined ? {} : { attempt }),
    ...(order === "legacy" ? { order } : {}),
    ...(skewProbe ? { skewProbe } : {}),
    ...(search === undefined ? {} : { search }),
  };
  return createHash("sha256").update(canonical(parts)).digest("hex").slice(0, 16);
}
