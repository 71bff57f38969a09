import { expect, test } from "@jest/globals";
import { Preflight } from "../../components/preflight.ts";
import { Prerequisites } from "../../components/prerequisites.ts";
import { preflightConfig } from "../../components/step-config.ts";
import { rehearsalConfigSchema } from "../../rehearsal/config.ts";
import { record, stdinOf } from "./recorder.ts";
import { exampleSettings } from "./settings.ts";

const settings = exampleSettings({ production: { clusterName: "prod.example.com", nodes: 5, kubeconfig: "~/prod" } });

test("nothing that costs money is created before preflight has looked", async () => {
  const { recorder } = await record(() => {
    const preflight = new Preflight("preflight", { config: preflightConfig(settings, [], "owner-1") });
    return new Prerequisites("pre", settings, { dependsOn: [preflight] });
  });
  const look = recorder.named("preflight-checks");
  expect(look.inputs).toMatchObject({ create: "exec node bin/rehearsal.mjs step preflight" });
  expect(look.inputs).not.toHaveProperty("triggers");
  for (const name of ["state-store-bucket", "network-vpc", "dns-zone"])
    expect(recorder.named(`pre-${name}`).dependsOn).toContain("preflight-checks");
  const { preflight, owner, stateStore, production } = rehearsalConfigSchema.parse(stdinOf(look));
  expect({ owner, stateStore, production: production?.clusterName }).toEqual({
    owner: "owner-1",
    stateStore: "s3://example-store",
    production: "prod.example.com",
  });
  expect(preflight).toMatchObject({
    ...{ network: { cidr: "172.20.0.0/16" }, appReplicas: 3, accept: [] },
    kubeconfig: "~/prod",
  });
});

test("of the user's own manifests it is told what they are, and nothing that may be a secret", () => {
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, stringData: { key: "hidden" } };
  const { preflight } = preflightConfig(settings, [{ from: "app.manifests: shop.yaml", manifests: [secret] }]);
  expect(preflight).not.toHaveProperty("appReplicas");
  expect(preflight?.objects).toEqual([
    { file: "app.manifests: shop.yaml", apiVersion: "v1", kind: "Secret", namespace: "default", name: "s", spec: {} },
  ]);
});
