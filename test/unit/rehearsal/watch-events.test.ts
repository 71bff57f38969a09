import { describe, expect, test } from "@jest/globals";
import type { V1EndpointSlice, V1Node } from "@kubernetes/client-node";
import { selects } from "../../../rehearsal/cluster.ts";
import { shortDuration } from "../../../rehearsal/event-log.ts";
import { RollProgress } from "../../../rehearsal/roll-progress.ts";
import { endpointEvents, nodeEvents } from "../../../rehearsal/watch/cluster-events.ts";

function node(ready: boolean, unschedulable = false): V1Node {
  return {
    metadata: { name: "i-0ab" },
    spec: { providerID: "aws:///us-east-1a/i-0ab", unschedulable },
    status: {
      conditions: [{ type: "Ready", status: ready ? "True" : "Unknown" }],
      nodeInfo: { kubeletVersion: "v1.35.0" } as NonNullable<V1Node["status"]>["nodeInfo"],
    },
  };
}
const kinds = (before: V1Node | undefined, after: V1Node | undefined): string[] =>
  nodeEvents(before, after).map(({ kind }) => kind);

describe("what happens to a node", () => {
  test("its whole life", () => {
    expect(kinds(undefined, node(false))).toEqual(["node-joined"]);
    expect(kinds(node(false), node(true))).toEqual(["node-ready"]);
    expect(kinds(node(true), node(true))).toEqual([]);
    expect(kinds(node(true), node(true, true))).toEqual(["node-cordoned"]);
    expect(kinds(node(true, true), node(false, true))).toEqual(["node-not-ready"]);
    expect(kinds(node(false, true), undefined)).toEqual(["node-removed"]);
    expect(kinds(undefined, node(true))).toEqual(["node-joined", "node-ready"]);
  });

  test("events name node and instance", () => {
    expect(nodeEvents(node(true), node(true, true))).toEqual([
      { kind: "node-cordoned", node: "i-0ab", instance: "i-0ab", message: "node i-0ab was cordoned" },
    ]);
  });
});

test("endpoints of a Service come and go by readiness and by presence", () => {
  const slice = (...ends: [string, boolean][]): V1EndpointSlice => ({
    addressType: "IPv4",
    metadata: { namespace: "default", labels: { "kubernetes.io/service-name": "web" } },
    endpoints: ends.map(([name, ready]) => ({
      addresses: [`100.96.0.${name}`],
      conditions: { ready },
      nodeName: "i-0ab",
      targetRef: { name: `web-${name}` },
    })),
  });
  const change = (before: V1EndpointSlice | undefined, after: V1EndpointSlice | undefined): string[] =>
    endpointEvents(before, after).map(({ kind, pod }) => `${kind} ${pod}`);
  expect(change(undefined, slice(["1", true], ["2", false]))).toEqual(["endpoint-added default/web-1"]);
  expect(change(slice(["1", true], ["2", false]), slice(["1", true], ["2", true]))).toEqual([
    "endpoint-added default/web-2",
  ]);
  expect(change(slice(["1", true], ["2", true]), slice(["1", false]))).toEqual([
    "endpoint-removed default/web-1",
    "endpoint-removed default/web-2",
  ]);
  expect(change(slice(["1", true]), undefined)).toEqual(["endpoint-removed default/web-1"]);
});

test("label selectors select as Kubernetes does", () => {
  const labels = { app: "web", tier: "front" };
  expect(selects(undefined, labels)).toBe(false);
  expect(selects({}, labels)).toBe(true);
  expect(selects({ matchLabels: { app: "web" } }, labels)).toBe(true);
  expect(selects({ matchLabels: { app: "db" } }, labels)).toBe(false);
  const by = (operator: string, values?: string[]): boolean =>
    selects({ matchExpressions: [{ key: "app", operator, ...(values === undefined ? {} : { values }) }] }, labels);
  expect([by("In", ["web", "db"]), by("In", ["db"]), by("NotIn", ["db"]), by("NotIn", ["web"])]).toEqual([
    true,
    false,
    true,
    false,
  ]);
  expect([by("Exists"), by("DoesNotExist")]).toEqual([true, false]);
});

test("a roll says how far it is, and how long it may take", () => {
  const progress = new RollProgress(4, 0);
  const at = (kind: "node-draining" | "instance-terminating", name: string, ms: number): string | undefined =>
    progress.push({ kind, node: name, instance: name, group: "nodes-us-east-1b", message: "" }, ms);
  expect(at("node-draining", "i-1", 10_000)).toBe("node 1 of 4: draining i-1 (nodes-us-east-1b), 10s elapsed");
  expect(at("instance-terminating", "i-1", 20_000)).toBe(
    "node 1 of 4: terminating i-1 (nodes-us-east-1b), 20s elapsed",
  );
  expect(at("node-draining", "i-2", 72_000)).toBe(
    "node 2 of 4: draining i-2 (nodes-us-east-1b), 1m12s elapsed, about 3m06s left",
  );
  expect(progress.push({ kind: "note", message: "" }, 80_000)).toBeUndefined();
});

test("durations for people", () => {
  expect([0, 8_400, 72_000, 3_599_000, 7_380_000].map(shortDuration)).toEqual(["0s", "8s", "1m12s", "59m59s", "2h03m"]);
});
