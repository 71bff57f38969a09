import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseRollTable } from "../../../kops/roll-table.ts";
import { describeChange, parseUpdatePlan } from "../../../kops/update-plan.ts";
import { parseValidations } from "../../../kops/validate.ts";

const real = (name: string) => readFileSync(new URL(`../../fixtures/kops/${name}`, import.meta.url), "utf8");

describe("rolling-update's table", () => {
  test("as kops 1.35 prints it with --cloudonly", () => {
    const rows = parseRollTable(real("rolling-update-table.txt"));
    expect(rows).toHaveLength(4);
    expect(rows[0]).toEqual({
      name: "control-plane-us-east-1a",
      status: "Ready",
      needUpdate: 0,
      ready: 1,
      min: 1,
      target: 1,
      max: 1,
    });
  });

  test("with nodes, among other lines", () => {
    const text =
      "I1123 x\nNAME\tSTATUS\t\tNEEDUPDATE\tREADY\tMIN\tTARGET\tMAX\tNODES\nnodes-a\tNeedsUpdate\t3\t\t0\t3\t3\t3\t2\n\nMust specify --yes to rolling-update.\n";
    expect(parseRollTable(text)).toEqual([
      { name: "nodes-a", status: "NeedsUpdate", needUpdate: 3, ready: 0, min: 3, target: 3, max: 3, nodes: 2 },
    ]);
  });

  test("no text throws", () => {
    fc.assert(fc.property(fc.string(), (text) => expect(parseRollTable(text)).toEqual([])));
  });
});

describe("update's plan", () => {
  const plan = parseUpdatePlan(real("update-modify.txt"));

  test("of an upgrade, as kops 1.35 prints it", () => {
    expect(plan.noChanges).toBe(false);
    expect(plan.changes.map(describeChange)).toEqual([
      "modify LaunchTemplate control-plane-us-east-1a.masters.mirror.k8s.example.com (UserData)",
      "modify LaunchTemplate nodes-us-east-1a.mirror.k8s.example.com (UserData)",
      "modify LaunchTemplate nodes-us-east-1b.mirror.k8s.example.com (UserData)",
      "modify LaunchTemplate nodes-us-east-1c.mirror.k8s.example.com (UserData)",
      "modify ManagedFile cluster-completed.spec (Contents)",
      "modify ManagedFile nodeupconfig-control-plane-us-east-1a (Contents)",
      "modify ManagedFile nodeupconfig-nodes-us-east-1a (Contents)",
      "modify ManagedFile nodeupconfig-nodes-us-east-1b (Contents)",
      "modify ManagedFile nodeupconfig-nodes-us-east-1c (Contents)",
      "modify Subnet us-east-1a.mirror.k8s.example.com (ResourceBasedNaming)",
      "modify Subnet us-east-1b.mirror.k8s.example.com (ResourceBasedNaming)",
      "modify Subnet us-east-1c.mirror.k8s.example.com (ResourceBasedNaming)",
    ]);
  });

  test("says what changes in a document", () => {
    const contents = plan.changes.find(({ name }) => name === "cluster-completed.spec")?.fields[0]?.change;
    expect(contents).toContain("+   kubernetesVersion: 1.35.0");
    expect(contents).toContain("-   kubernetesVersion: 1.34.3");
  });

  test("creations and deletions", () => {
    const { changes } = parseUpdatePlan(
      [
        "Will create resources:",
        "  AutoscalingGroup/nodes.example.com",
        "  \tMinSize             \t1",
        "",
        "Items will be deleted only when the --prune flag is specified:",
        "  LaunchTemplate       old-template",
        "",
        "Items will be deleted during update:",
        "  EtcdVolume           vol-1",
        "",
        "Must specify --yes to apply changes",
      ].join("\n"),
    );
    expect(changes).toEqual([
      {
        action: "create",
        type: "AutoscalingGroup",
        name: "nodes.example.com",
        fields: [{ name: "MinSize", change: "1" }],
      },
      { action: "delete-with-prune", type: "LaunchTemplate", name: "old-template", fields: [] },
      { action: "delete", type: "EtcdVolume", name: "vol-1", fields: [] },
    ]);
  });

  test("nothing to do", () => {
    expect(parseUpdatePlan("No changes need to be applied\n")).toEqual({ changes: [], noChanges: true });
  });

  test("no text throws", () => {
    const lines = fc.constantFrom(
      "Will create resources:",
      "Will modify resources:",
      "  A/b",
      "  \tF  \tx",
      "  \t  \ty",
      "",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(lines, fc.string())), (text) => {
        expect(Array.isArray(parseUpdatePlan(text.join("\n")).changes)).toBe(true);
      }),
    );
  });
});

describe("validation", () => {
  const failed = `{"failures":[{"type":"Pod","name":"kube-system/coredns-1","message":"system-cluster-critical pod \\"coredns-1\\" is not ready (coredns) }{"}],"nodes":[{"name":"n","zone":"us-east-1a","role":"node","hostname":"h","status":"False"}]}`;
  const passed = `{"nodes":[{"name":"n","zone":"us-east-1a","role":"control-plane","hostname":"h","status":"True"}]}`;

  test("one result after another, with nothing between them, as --wait prints them", () => {
    const results = parseValidations(`${failed}W1123 05:59:21.041746 1 v.go:1] (will retry)\n${passed}${passed}`);
    expect(results.map(({ valid }) => valid)).toEqual([false, true, true]);
    expect(results[0]?.failures[0]).toMatchObject({ kind: "Pod", name: "kube-system/coredns-1" });
    expect(results[2]?.nodes).toEqual([{ name: "n", zone: "us-east-1a", role: "control-plane", ready: true }]);
  });

  test("a failure of an instance group names it", () => {
    const text = `{"failures":[{"type":"InstanceGroup","name":"a","message":"m","instanceGroup":{"metadata":{"name":"a"},"spec":{}}}]}`;
    expect(parseValidations(text)[0]?.failures[0]?.instanceGroup).toBe("a");
  });

  test("a result cut off in the middle is none", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: failed.length - 1 }), (end) => {
        expect(parseValidations(failed.slice(0, end))).toEqual([]);
      }),
    );
  });

  test("no text throws", () => {
    fc.assert(fc.property(fc.string(), (text) => expect(Array.isArray(parseValidations(`{"${text}`))).toBe(true)));
  });
});
