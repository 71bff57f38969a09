import { expect, test } from "@jest/globals";
import { endOf, startOf } from "../../../analysis/stretch-edges.ts";
import type { Trip } from "../../../analysis/stretch-edges.ts";

/** A slow service: eight requests are on their way at any time. */
const usualMs = 40;
const spacingMs = 5;
const [fromMs, toMs] = [1000, 1600];

const answered = (sentMs: number, tookMs = usualMs): Trip => ({
  sentMs,
  endMs: sentMs + tookMs,
  ok: true,
});
const failed = (sentMs: number, endMs: number): Trip => ({ sentMs, endMs, ok: false });

/** What becomes of a request that is sent in the outage, and of one that was on its way when it began. */
const outages: Record<string, { within: (sentMs: number) => Trip; onItsWay: (sentMs: number) => Trip }> = {
  "refused, while those on their way come through": {
    within: (sentMs) => failed(sentMs, sentMs + 0.5),
    onItsWay: (sentMs) => answered(sentMs),
  },
  "reset, those on their way too": {
    within: (sentMs) => failed(sentMs, sentMs + 0.5),
    onItsWay: (sentMs) => failed(sentMs, fromMs + 0.2),
  },
  "never answered": {
    within: (sentMs) => failed(sentMs, sentMs + 10_000),
    onItsWay: (sentMs) => answered(sentMs),
  },
  "held up, and reset only later": {
    within: (sentMs) => failed(sentMs, Math.max(sentMs + 1, fromMs + 500)),
    onItsWay: (sentMs) => answered(sentMs),
  },
  "standing still, and answered at once afterwards": {
    within: (sentMs) => answered(sentMs, toMs + usualMs / 4 - sentMs),
    onItsWay: (sentMs) => answered(sentMs, toMs + 1 - sentMs),
  },
  "lost on the way, and sent again a second later": {
    within: (sentMs) => answered(sentMs, 1000 + usualMs),
    onItsWay: (sentMs) => answered(sentMs, 1400 + usualMs),
  },
};

test.each(Object.entries(outages))("%s: both edges are known to 3 ms, though an answer takes 40", (_, how) => {
  const trips = Array.from({ length: 400 }, (_, i) => {
    const sentMs = i * spacingMs + 1;
    if (sentMs >= fromMs && sentMs < toMs) return how.within(sentMs);
    return sentMs < fromMs && sentMs + usualMs > fromMs ? how.onItsWay(sentMs) : answered(sentMs);
  });
  const good = trips.filter(({ ok }) => ok).sort((a, b) => a.endMs - b.endMs);
  const before = good.filter(({ endMs }) => endMs < fromMs + usualMs);
  const around = {
    before,
    after: good.filter((trip) => !before.includes(trip)),
    failed: trips.filter(({ ok }) => !ok),
    usualMs,
    spacingMs,
  };
  expect(Math.abs(startOf(around) - fromMs)).toBeLessThanOrEqual(3);
  expect(Math.abs(endOf(around) - toMs)).toBeLessThanOrEqual(3);
});
