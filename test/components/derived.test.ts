import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { costItems } from "../../components/cost.ts";
import { outlook, upgradePlan } from "../../components/plan.ts";
import {
  createConfig,
  ownConfig,
  preflightConfig,
  productionIdentity,
  runConfig,
} from "../../components/step-config.ts";
import { parseProduction } from "../../mirror/production.ts";
import { mirrorShape } from "../../preflight/mirror.ts";
import { rehearsalConfigSchema } from "../../rehearsal/config.ts";
import { parseSettings } from "../../settings/parse.ts";
import { surroundings } from "../unit/settings/example.ts";

const text = readFileSync(new URL("../../examples/production.yaml", import.meta.url), "utf8");
const resolved = { stateStore: "s3://example-store", networkId: "vpc-1", targetUrl: "http://lb/" };

/** A stack whose mirror is made after the project's example of a production cluster. */
function derived(changes: Record<string, unknown> = {}) {
  const raw = {
    clusterName: "mirror.rehearsal.example.com",
    targetVersion: "1.35.0",
    stateStore: "example-store",
    network: { cidr: "10.97.0.0/16" },
    adminAccess: ["203.0.113.0/24"],
    dns: { mode: "existing", zone: "rehearsal.example.com" },
    production: { source: "s3://example-prod-state-store/prod.k8s.example.com", scale: 0.1 },
    intervals: { controlPlane: "1m", node: "2m", postDrainDelay: "0s", validateCount: 1 },
    ...changes,
  };
  return parseSettings(raw, { ...surroundings, production: parseProduction(text) });
}

test("a preview shows production's groups, what they cost and take, and how like production the mirror is", () => {
  const settings = derived();
  const plan = outlook(settings, costItems(settings, []), [], undefined);
  expect(plan).toMatchObject({
    fromVersion: "1.34.3",
    toVersion: "1.35.0",
    instanceGroups: [
      "control-plane-us-east-1b: 1 x m5.large",
      "control-plane-us-east-1c: 1 x m5.large",
      "control-plane-us-east-1d: 1 x m5.large",
      "nodes: 4 x m5.xlarge (up to 6)",
      "spot: 1 x m5.xlarge or m5a.xlarge or m6i.xlarge (up to 2)",
    ],
    // 3 x 1 min, and for each group of nodes one surge besides its nodes: (1 + 4) x 2 min and (1 + 1) x 2 min.
    rehearsalMinutesAtLeast: 17,
    productionMinutesAtLeast: 83 * 2,
    fidelity: { forbidsSafe: [], unusedWaivers: [] },
  });
  expect(plan.fidelity?.share).toMatch(/^\d+ fields of production: \d+\.\d % mirrored/);
  expect(plan.cost.items.join("\n")).toContain("m5.xlarge");
});

test("a difference that the upgrade changes is shown to forbid SAFE until somebody waives it", () => {
  const dns = { mode: "none" };
  expect(upgradePlan(derived({ dns })).fidelity?.forbidsSafe).toEqual([
    expect.stringContaining("production's Cluster spec.topology is not in the mirror"),
  ]);
  const waivers = [
    { field: "spec.topology.dns", by: "ann@example.com", why: "no zone" },
    { field: "spec.assets", by: "ann@example.com", why: "of old" },
  ];
  expect(upgradePlan(derived({ dns, waivers })).fidelity).toMatchObject({
    forbidsSafe: [],
    unusedWaivers: ["spec.assets"],
  });
});

test("the steps are given the derived manifests, production's identity and the fidelity, and none of its names besides", () => {
  const settings = derived();
  const config = runConfig(settings, resolved);
  expect(rehearsalConfigSchema.parse(config)).toEqual(expect.objectContaining({ productionNodes: 83 }));
  expect(config.manifests).toHaveLength(6);
  expect(config.manifests[0]).toMatchObject({ spec: { networkID: "vpc-1" } });
  expect(config.fidelity?.mirrored).toBeGreaterThan(100);
  expect(config.production).toEqual(productionIdentity(settings));
  expect(config.production).toMatchObject({
    clusterName: "prod.k8s.example.com",
    stateStore: "s3://example-prod-state-store",
    networkId: "vpc-0a1b2c3d4e5f60718",
    zone: "k8s.example.com",
    networkCidrs: ["10.0.0.0/16"],
  });
  expect(JSON.stringify({ ...config, production: undefined })).not.toMatch(/prod\.k8s|example-prod|0a1b2c3d4e5f60718/);
  // A waiver or another target is no reason to touch the cluster.
  const others = derived({ targetVersion: "1.34.9", waivers: [{ field: "spec.assets", by: "a", why: "b" }] });
  expect(createConfig(others, resolved)).toEqual(createConfig(settings, resolved));
  expect(ownConfig(settings, resolved).manifests).toEqual([]);
  // What preflight looks at is the mirror that is made.
  const before = preflightConfig(settings, []);
  expect(mirrorShape(before.manifests)).toEqual(mirrorShape(config.manifests));
  expect(before.production).toEqual(config.production);
});
