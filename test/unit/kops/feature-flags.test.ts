import { describe, expect, test } from "@jest/globals";
import { requiredFeatureFlags, withFeatureFlags } from "../../../kops/feature-flags.ts";

const group = (role: string) => ({ kind: "InstanceGroup", spec: { role } });
const cluster = (spec: object) => ({ kind: "Cluster", spec });
const cache = { serverIP: "100.64.0.10", nodeLocalDNS: { enabled: true, localIP: "169.254.20.10" } };

describe("the flags that manifests need", () => {
  test("are none for most clusters", () => {
    expect(requiredFeatureFlags([cluster({ kubeDNS: cache }), group("Master"), group("Node")])).toEqual([]);
    for (const clusterDNS of ["100.64.0.10", "169.254.20.10"])
      expect(requiredFeatureFlags([cluster({ kubeDNS: cache, kubelet: { clusterDNS } })])).toEqual([]);
  });

  test("are one for API servers on instances of their own, one for kubelets with another DNS", () => {
    expect(requiredFeatureFlags([group("APIServer"), group("Node")])).toEqual(["APIServerNodes"]);
    expect(requiredFeatureFlags([cluster({ kubeDNS: cache, masterKubelet: { clusterDNS: "10.0.0.2" } })])).toEqual([
      "ExperimentalClusterDNS",
    ]);
  });
});

test("what the variable says already has the last word", () => {
  expect(withFeatureFlags(undefined, [])).toBeUndefined();
  expect(withFeatureFlags("-ImageDigest", [])).toBe("-ImageDigest");
  expect(withFeatureFlags("", ["APIServerNodes"])).toBe("+APIServerNodes");
  expect(withFeatureFlags("-APIServerNodes", ["APIServerNodes"])).toBe("+APIServerNodes,-APIServerNodes");
});
