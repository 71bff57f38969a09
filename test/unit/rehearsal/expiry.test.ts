import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { changedFields, fingerprint } from "../../../rehearsal/fingerprint.ts";
import { staleness, type Present } from "../../../rehearsal/expiry.ts";

const cluster = (spec: object = {}): Record<string, unknown> => ({
  kind: "Cluster",
  metadata: { name: "mirror" },
  spec: { kubernetesVersion: "1.34.3", networking: { flannel: {} }, networkID: "vpc-1", ...spec },
});
const group = { kind: "InstanceGroup", metadata: { name: "nodes" }, spec: { maxSize: 3 } };

describe("the fingerprint of what was rehearsed", () => {
  test("is the same whatever the order of the fields, the network and the owner's tags", () => {
    const one = fingerprint([cluster(), group]);
    const reversed = Object.fromEntries(Object.entries(cluster()).reverse());
    expect(fingerprint([reversed, group])).toBe(one);
    expect(fingerprint([cluster({ networkID: "vpc-2", cloudLabels: { owner: "x" } }), group])).toBe(one);
  });

  test("is the same for a network that kops makes, and for manifests of the other API version", () => {
    const alpha3 = (networking: object) => ({
      ...{ apiVersion: "kops.k8s.io/v1alpha3", kind: "Cluster", metadata: { name: "mirror" } },
      spec: { kubernetesVersion: "1.34.3", networking: { flannel: {}, ...networking } },
    });
    expect(fingerprint([alpha3({ networkID: "vpc-1" })])).toBe(fingerprint([alpha3({})]));
    expect(fingerprint([cluster({ networkID: undefined }), group])).toBe(fingerprint([cluster(), group]));
  });

  test("differs, and the fields are named, as soon as anything else does", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const [before, after] = [
          [cluster({ value: a }), group],
          [cluster({ value: b }), group],
        ];
        const same = fingerprint(before) === fingerprint(after);
        expect(same).toBe(JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)));
        expect(changedFields(before, after).length === 0).toBe(same);
      }),
    );
    expect(changedFields([cluster()], [cluster({ networking: { calico: {} } }), group])).toEqual([
      "Cluster mirror: spec.networking.flannel: {} -> none",
      "Cluster mirror: spec.networking.calico: none -> {}",
      'InstanceGroup nodes: kind: none -> "InstanceGroup"',
      'InstanceGroup nodes: metadata.name: none -> "nodes"',
      "InstanceGroup nodes: spec.maxSize: none -> 3",
    ]);
  });
});

describe("a verdict no longer holds", () => {
  const at = "2026-11-01T10:00:00.000Z";
  const manifests = [cluster(), group];
  const verdict = {
    fromVersion: "1.34.3",
    toVersion: "1.35.0",
    rehearsed: { at, fingerprint: fingerprint(manifests), of: "settings" as const, kops: "1.35.0" },
  };
  const before = { manifests, app: "app-1" };
  const day = 24 * 60 * 60_000;
  const present: Present = {
    nowMs: Date.parse(at) + 3 * day,
    maxAgeMs: 14 * day,
    fromVersion: "1.34.3",
    toVersion: "1.35.0",
    manifests: [cluster({ networkID: "" }), group],
    app: "app-1",
    kops: "1.35.0",
  };

  test("not while nothing has changed; without kops at hand its version is not compared", () => {
    expect(staleness(verdict, before, present)).toEqual([]);
    expect(staleness(verdict, before, { ...present, kops: undefined })).toEqual([]);
    expect(staleness(verdict, before, { ...present, app: undefined })).toEqual([]);
    expect(staleness(verdict, { manifests }, present)).toEqual([]);
    expect(staleness({ ...verdict, fromVersion: "v1.34.3" }, before, present)).toEqual([]);
  });

  test.each([
    ["too old", { nowMs: Date.parse(at) + 20 * day }, /20 days old, of 2026-11-01; at most 14 days/],
    ["of a time to come", { nowMs: Date.parse(at) - day }, /2026-11-01T\S+, which is yet to come/],
    ["from another version", { fromVersion: "1.35.0" }, /from 1\.34\.3 was rehearsed; .* production is at 1\.35\.0/],
    ["another target", { toVersion: "1.35.2" }, /1\.35\.0 was rehearsed; .* targetVersion is 1\.35\.2/],
    ["another kops", { kops: "1.35.1" }, /with kops 1\.35\.0; this is kops 1\.35\.1/],
    ["another app", { app: "app-2" }, /^the app that was measured is another one/],
    ["another cluster", { manifests: [cluster({ networking: { calico: {} } }), group] }, /spec\.networking\.flannel/],
  ])("%s", (_what, changes, expected) => {
    expect(staleness(verdict, before, { ...present, ...changes }).join("\n")).toMatch(expected);
  });

  test("one that does not say what it holds for", () => {
    expect(staleness({ fromVersion: "1.34.3", toVersion: "1.35.0" }, before, present)).toHaveLength(1);
  });

  test("a fingerprint that is not that of the run's manifests", () => {
    const other = { ...verdict, rehearsed: { ...verdict.rehearsed, fingerprint: "0" } };
    expect(staleness(other, before, present)).toEqual([
      "the cluster that was rehearsed is another one than the settings describe",
    ]);
  });
});

/** What JSON has no order for in a known one. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
}
