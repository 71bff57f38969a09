import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { costItems } from "../../components/cost.ts";
import { outlook } from "../../components/plan.ts";
import { lastMeasuredRun } from "../../rehearsal/measured-run.ts";
import { exampleSettings } from "./settings.ts";

const settings = exampleSettings({ intervals: { node: "10m" } });
const items = costItems(settings, []);
const prices = ["instance/m5.large", "instance/m5.xlarge", "load-balancer/classic", "public-ipv4", "volume/gp3"];
const list = (date: string | null) => ({
  source: "a table",
  date,
  region: "us-east-1",
  prices: Object.fromEntries(prices.map((item) => [item, 0.1])),
});

test("without an earlier run the duration is a floor, and said to be unmeasured", () => {
  const { duration, cost } = outlook(settings, items, [list("2026-01-01")], undefined);
  expect(duration.production).toBe(
    "at least 500 min (nodes x interval); drain, boot and validation are unmeasured until a rehearsal has run",
  );
  expect(duration.rehearsal).toMatch(/^at least .*, at most .* \(time limits\)$/);
  expect(cost.perHour).toMatch(/^\d+\.\d\d USD an hour$/);
  expect(cost.prices).toEqual(["a table, 2026-01-01"]);
});

test("what has no price is unknown and named", () => {
  const { cost } = outlook(settings, items, [], undefined);
  expect(cost.perHour).toBe("unknown: no price is known");
  expect(cost.rehearsal).toContain("npx rehearsal prices --refresh --region us-east-1");
  expect(cost.items.every((item) => item.includes("price unknown: no price of"))).toBe(true);
});

test("Services of the user's own are counted by what the cloud provider makes of them", () => {
  const service = (annotations?: Record<string, string>) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", ...(annotations ? { annotations } : {}) },
    spec: { type: "LoadBalancer" },
  });
  const nlb = { "service.beta.kubernetes.io/aws-load-balancer-type": "nlb" };
  const kinds = costItems(settings, [service(), service(nlb), { ...service(), spec: { type: "ClusterIP" } }])
    .filter(({ item }) => item.startsWith("load-balancer/"))
    .map(({ item, quantity }) => `${quantity} ${item}`);
  expect(kinds).toEqual(["1 load-balancer/classic", "1 load-balancer/network"]);
});

test("the turns of the newest run that has any make the forecast, at the interval that is planned now", () => {
  const dir = mkdtempSync(join(tmpdir(), "runs-"));
  const run = (name: string, text: string): void => {
    mkdirSync(join(dir, name));
    writeFileSync(join(dir, name, "verdict.json"), text);
  };
  const turns = [1, 2, 3].map((i) => ({ node: `i-${i}`, phase: "nodes", drain: 60, replace: 90 }));
  const verdict = (name: string) =>
    JSON.stringify({ run: name, cost: { hours: 0.5 }, schedule: { perNode: { turns, bootSeconds: null } } });
  expect(lastMeasuredRun(join(dir, "none"))).toBeUndefined();
  run("20260101T000000Z-1.34.3-1.35.0", verdict("old"));
  run("20260102T000000Z-1.34.3-1.35.0", verdict("measured"));
  run("20260103T000000Z-1.34.3-1.35.0", "{ damaged");
  const measured = lastMeasuredRun(dir);
  rmSync(dir, { recursive: true });
  expect(measured?.run).toBe("measured");
  // 60 s of drain, then 10 minutes and one more validation after 10 s: 670 s for each of 50 nodes.
  expect(outlook(settings, items, [], measured).duration.production).toBe(
    "559 min, 95 % from 559 min to 559 min (3 turns of run measured); floor 500 min",
  );
  const { duration, cost } = outlook(settings, items, [list("2026-01-01")], measured);
  expect(duration.rehearsal).toMatch(/; run measured took 30 min$/);
  expect(cost.rehearsal).toMatch(/USD to .* USD; \d\.\d\d USD if it takes as long as the last run$/);
});
