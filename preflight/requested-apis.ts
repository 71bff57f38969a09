import type { RequestedApi } from "./facts.ts";

/** The API server sets it to 1 for each deprecated API that was requested since it started. */
export const requestedApisMetric = "apiserver_requested_deprecated_apis";

const sample = new RegExp(`^${requestedApisMetric}\\{(.*)\\}\\s+(\\S+)`);
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** One line of the API server's metrics (Prometheus text format); undefined for all other metrics. */
export function requestedApi(line: string): RequestedApi | undefined {
  const [, labels, value] = sample.exec(line) ?? [];
  if (labels === undefined || Number(value) === 0) return undefined;
  const of = new Map([...labels.matchAll(label)].map(([, name, text]) => [name, text]));
  return {
    group: of.get("group") ?? "",
    version: of.get("version") ?? "",
    resource: of.get("resource") ?? "",
    removedRelease: of.get("removed_release") ?? "",
  };
}
