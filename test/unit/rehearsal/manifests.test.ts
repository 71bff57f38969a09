import { describe, expect, test } from "@jest/globals";
import { parseAllDocuments } from "yaml";
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
