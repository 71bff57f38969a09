/** Numbers as a person reads them. */

const grouped = new Intl.NumberFormat("en-US");

/** `1 request`, `30,001 requests`. */
export const count = (n: number, one: string, many = `${one}s`): string =>
  `${grouped.format(n)} ${n === 1 ? one : many}`;

/** A list in words, cut to its first parts: `a, b and 9 more`. */
export function few(list: string, most = 3): string {
  const parts = list.split(", ");
  return parts.length <= most ? list : `${parts.slice(0, most).join(", ")} and ${parts.length - most} more`;
}

export const number = (n: number): string => grouped.format(n);

/** A length of time: `20 ms`, `1.84 s`, `6m12s`, `1h05m`. */
export function span(ms: number): string {
  if (ms < 1000) return `${Number(ms.toFixed(ms < 10 ? 1 : 0))} ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(2))} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, "0")}s`;
  return `${Math.floor(seconds / 3600)}h${String(Math.floor((seconds % 3600) / 60)).padStart(2, "0")}m`;
}

/**
 * What a measurement would have shown: failures from the first limit on, and a silence in which requests were only kept waiting
 * from the second.
 */
export function sightText(failingMs: number, silenceMs: number | null): string {
  const silent = silenceMs === null ? "" : `, of ${span(silenceMs)} where requests only wait`;
  return `any interruption of ${span(failingMs)} or more would have been seen${silent}`;
}

/** A latency: `15.7`, without its unit; `-` where there is none. */
export const latency = (ms: number | null): string =>
  ms === null ? "-" : ms < 100 ? ms.toFixed(1) : grouped.format(Math.round(ms));

/** A share as percent with as many digits as it needs: `0.49 %`, `0.0013 %`. */
export function percent(ratio: number): string {
  const value = ratio * 100;
  if (value === 0) return "0 %";
  return `${value >= 0.01 ? Number(value.toFixed(2)) : Number(value.toPrecision(2))} %`;
}

/** Minutes, rounded up to what a calendar can use. */
export const minutesText = (minutes: number): string =>
  minutes < 10 ? `${Number(minutes.toFixed(1))} min` : `${grouped.format(Math.ceil(minutes))} min`;
