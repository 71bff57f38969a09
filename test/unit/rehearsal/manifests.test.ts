import { describe, expect, test } from "@jest/globals";
import { parse, parseAllDocuments } from "yaml";
import { editManifests, manifestsYaml, withoutDowngrade } from "../../../rehearsal/manifests.ts";

const cluster = {
  apiVersion: "kops.k8s.io/v1alpha2",
  kind: "Cluster",
  metadata: { name: "m.example.com" },
  spec: { kubernetesVersion: "1.34.3", sshAccess: ["0.0.0.0/0"], networking: { flannel: { backend: "vxlan" } } },
};
const group = {
  kind: "InstanceGroup",
  metadata: { name: "nodes-us-east-1a" },
  spec: { image: `a/${"x".repeat(200)}` },
};
const read = (text: string): unknown[] => parseAllDocuments(text).map((document) => document.toJS() as unknown);

test("texts are texts for readers of YAML 1.1, too, which kops and kubectl are", () => {
  const texts = ["yes", "on", "No", "y", "1_000", "010", "0o17", "0b11", "190:20:30", "~", "<<", "1e3", "2024-01-01"];
  const nodeLabels = Object.fromEntries(texts.map((text, i) => [`${String.fromCharCode(97 + i)}.example.com`, text]));
  const yaml = manifestsYaml([{ spec: { nodeLabels: { ...nodeLabels, on: "on", n: "n" } } }]);
  for (const version of ["1.1", "1.2"] as const)
    expect(parse(yaml, { version })).toEqual({ spec: { nodeLabels: { ...nodeLabels, on: "on", n: "n" } } });
});

describe("the version in the specs", () => {
  test("is all that an edit changes", () => {
    const { text, previous } = editManifests(manifestsYaml([cluster, group]), { version: "1.35.0" });
    expect(previous).toBe("1.34.3");
    expect(read(text)).toEqual([{ ...cluster, spec: { ...cluster.spec, kubernetesVersion: "1.35.0" } }, group]);
    expect(editManifests(text, { version: "1.35.0" }).previous).toBe("1.35.0");
  });

  test("output without a Cluster is refused", () => {
    expect(() => editManifests(manifestsYaml([group]), { version: "1.35.0" })).toThrow(/no Cluster/);
  });

  test.each([
    [undefined, "1.34.3"],
    ["1.34.2", "1.34.3"],
    ["1.34.3", "1.34.3"],
    ["1.35.0", "1.35.0"],
    ["1.34.10", "1.34.10"],
  ])("of a cluster at %s becomes %s", (existing, expected) => {
    const [applied, other] = withoutDowngrade([cluster, group], existing);
    expect(applied).toEqual({ ...cluster, spec: { ...cluster.spec, kubernetesVersion: expected } });
    expect(other).toBe(group);
  });
});
