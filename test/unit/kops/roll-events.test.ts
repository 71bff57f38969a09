import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { RollParser } from "../../../kops/roll-events.ts";
import type { RollEvent } from "../../../kops/roll-events.ts";

const klog = (message: string, severity = "I") =>
  `${severity}1123 05:59:20.737891   14038 instancegroups.go:428] ${message}`;

function parse(lines: readonly string[]): RollEvent[] {
  const parser = new RollParser();
  return lines.flatMap((line) => parser.push(line));
}

test("a node from detaching to the validated replacement, as kops prints it", () => {
  const events = parse([
    "NAME			STATUS		NEEDUPDATE	READY	MIN	TARGET	MAX	NODES",
    "nodes-us-east-1a	NeedsUpdate	1		0	1	1	1	1",
    klog("Validating the cluster."),
    klog("Cluster validated."),
    klog('Tainting 1 node in "nodes-us-east-1a" instancegroup.'),
    klog('Detaching instance "i-1", node "i-1", in group "nodes-us-east-1a.mirror.k8s.example.com".'),
    klog("waiting for 15s after detaching instance"),
    klog(
      'Cluster did not pass validation, will retry in "30s": InstanceGroup "nodes-us-east-1a" did not have enough nodes 0 vs 1.',
    ),
    klog("Cluster validated; revalidating in 10s to make sure it does not flap."),
    klog('Draining the node: "i-1".'),
    "WARNING: ignoring DaemonSet-managed Pods: kube-flannel/kube-flannel-ds-7xk2p",
    "evicting pod rehearsal/web-7d9f",
    'error when evicting pods/"web-7d9f" -n "rehearsal" (will retry after 5s): Cannot evict pod as it would violate the pod\'s disruption budget.',
    klog("Waiting for 5s for pods to stabilize after draining."),
    klog(
      'Stopping instance "i-1", node "i-1", in group "nodes-us-east-1a.mirror.k8s.example.com" (this may take a while).',
    ),
    klog("waiting for 15s after terminating instance"),
    klog('Completed rolling update for cluster "mirror.k8s.example.com" instance groups [nodes-us-east-1a]'),
  ]);
  expect(events.map(({ kind, node, group, pod }) => [kind, node ?? group ?? "", pod ?? ""])).toEqual([
    ["waiting", "", ""],
    ["validation-passed", "", ""],
    ["group-started", "nodes-us-east-1a", ""],
    ["instance-detached", "i-1", ""],
    ["waiting", "", ""],
    ["validation-failed", "", ""],
    ["validation-passed", "", ""],
    ["node-draining", "i-1", ""],
    ["note", "", ""],
    ["pod-evicted", "i-1", "rehearsal/web-7d9f"],
    ["eviction-refused", "i-1", "rehearsal/web-7d9f"],
    ["node-drained", "i-1", ""],
    ["instance-terminating", "i-1", ""],
    ["waiting", "", ""],
    ["group-finished", "nodes-us-east-1a", ""],
    ["note", "", ""],
  ]);
  expect(events.find(({ kind }) => kind === "validation-failed")?.message).toContain(
    "did not have enough nodes 0 vs 1",
  );
  expect(events.find(({ kind }) => kind === "eviction-refused")?.message).toContain("disruption budget");
});

test("going on to another group ends the one before", () => {
  const events = parse([
    klog(
      'Stopping instance "i-1", in group "control-plane-us-east-1a.masters.mirror.example.com" (this may take a while).',
    ),
    klog('Tainting 2 nodes in "nodes-us-east-1a" instancegroup.'),
  ]);
  expect(events.map(({ kind, group }) => `${kind} ${group}`)).toEqual([
    "group-started control-plane-us-east-1a",
    "instance-terminating control-plane-us-east-1a",
    "group-finished control-plane-us-east-1a",
    "group-started nodes-us-east-1a",
  ]);
});

describe("what goes wrong", () => {
  test.each([
    ["validation-failed", klog("Cluster did not validate within 15m0s", "E")],
    [
      "validation-failed",
      klog('Cluster did not pass validation within deadline: machine "i-1" has not yet joined cluster.'),
    ],
    ["validation-failed", klog('Cluster did not validate, will retry in "30s": error listing nodes: EOF.')],
    ["validation-failed", klog("(will retry): cluster not yet healthy", "W")],
    ["validation-failed", klog("(will retry): unexpected error during validation: error listing nodes: EOF", "W")],
    ["warning", klog('Failed to detach instance "i-1": error detaching instance "i-1": Throttling', "E")],
    ["warning", klog('error deleting instance "i-1", node "n": RequestLimitExceeded', "E")],
    ["warning", klog('Ignoring error draining node "n": x')],
    ["warning", klog('Skipping drain of instance "i-1", because it is not registered in kubernetes', "W")],
    ["warning", klog("something new that kops warns of", "W")],
    ["warning", 'Error: control-plane node not healthy after update, stopping rolling-update: "x"'],
    ["eviction-refused", 'error when evicting pods/"web" -n "a" (will retry after 5s): Too many requests'],
  ])("%s: %s", (kind, line) => {
    expect(parse([line]).map((event) => event.kind)).toEqual([kind]);
  });
});

test("a drain that runs out of time names its node and pod", () => {
  const line = klog(
    'failed to roll InstanceGroup "nodes-us-east-1a": failed to drain node "n": error draining node: error when evicting pods/"web" -n "a": global timeout reached: 2s',
    "E",
  );
  expect(parse([line]).at(-1)).toMatchObject({ kind: "warning", message: expect.stringContaining("global timeout") });
});

test("lines that say nothing about the roll give nothing", () => {
  expect(
    parse([
      "SDK 2026/11/23 05:59:20 WARN Response has no supported checksum. Not validating response payload.",
      klog('FeatureFlag "ImageDigest"=false'),
      "",
      "   ",
      'I1123 05:59:21.041746   14067 round_trippers.go:466] curl -v -XGET "https://127.0.0.1:6443/api/v1/nodes"',
    ]),
  ).toEqual([]);
});

test("no line throws, whatever came before, and a group never ends before it began", () => {
  const words = fc.constantFrom(
    klog('Tainting 1 node in "a" instancegroup.'),
    klog('Tainting 1 node in "b" instancegroup.'),
    klog('Draining the node: "n".'),
    "evicting pod a/b",
    klog("Completed rolling update for cluster"),
  );
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          words,
          fc.string(),
          fc.string().map((text) => klog(text)),
        ),
      ),
      (lines) => {
        let open = 0;
        for (const { kind } of parse(lines)) {
          if (kind === "group-started") open++;
          if (kind === "group-finished") open--;
          expect([0, 1]).toContain(open);
        }
      },
    ),
  );
});
