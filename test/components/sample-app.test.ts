import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { Command } from "@pulumi/command/local/command.js";
import type { KubernetesManifest } from "../../components/kubernetes-object.ts";
import { SampleApp, serviceUrl } from "../../components/sample-app.ts";
import { parseManifests } from "../../components/user-manifests.ts";
import { appManifests } from "../../rehearsal/app-manifests.ts";
import type { Settings } from "../../settings/parse.ts";
import { record, valueOf } from "./recorder.ts";
import { exampleSettings } from "./settings.ts";

const create = async (changes: Partial<Settings["app"]> = {}, fixtures: readonly KubernetesManifest[] = []) => {
  const app = { ...exampleSettings().app, ...changes };
  const manifests = await appManifests(app, "1.34.3");
  return await record(
    () =>
      new SampleApp("app", {
        app,
        manifests,
        fixtures,
        kubeconfig: "config",
        clusterIdentity: "cluster-1",
        clusterOwner: new Command("owner", { create: "true" }),
      }),
  );
};

test("namespace, budget, deployment, service; all gone with the cluster", async () => {
  const { recorder, result } = await create();
  const objects = recorder.registrations.filter(({ type }) => type.startsWith("kubernetes:"));
  expect(objects.map(({ name }) => name).sort()).toEqual(["app-deployment", "app-namespace", "app-pdb", "app-service"]);
  expect(objects.map(({ parent, deletedWith }) => `${parent} ${deletedWith}`)).toEqual(Array(4).fill("app owner"));
  expect(await valueOf(result.url)).toBe("http://lb.example.com/hostname");
});

test("the provider is the same one as long as the cluster is", async () => {
  const { recorder } = await create();
  expect(recorder.named("app-provider").inputs).toMatchObject({ clusterIdentifier: "cluster-1" });
});

test("the deployment survives the loss of a node: spread, probes, preStop, budget", async () => {
  const { recorder } = await create({ replicas: 4, preStopSeconds: 7, pdb: { minAvailable: 3 } });
  expect(recorder.named("app-deployment").inputs).toMatchObject({
    spec: {
      replicas: 4,
      template: {
        spec: {
          topologySpreadConstraints: [
            { topologyKey: "kubernetes.io/hostname" },
            { topologyKey: "topology.kubernetes.io/zone" },
          ],
          containers: [
            {
              readinessProbe: { httpGet: { path: "/healthz", port: 8080 } },
              livenessProbe: { httpGet: { path: "/healthz", port: 8080 } },
              lifecycle: { preStop: { sleep: { seconds: 7 } } },
            },
          ],
        },
      },
    },
  });
  expect(recorder.named("app-pdb").inputs).toMatchObject({ spec: { minAvailable: 3 } });
  expect(recorder.named("app-service").inputs).toMatchObject({
    spec: { type: "LoadBalancer", ports: [{ port: 80, targetPort: 8080 }] },
  });
});

test("no budget is one that allows everything, no preStop is none", async () => {
  const { recorder } = await create({ pdb: "none", preStopSeconds: 0, port: 8080 });
  const { spec } = recorder.named("app-pdb").inputs as { spec: Record<string, unknown> };
  expect(spec).toEqual({ maxUnavailable: "100%", selector: { matchLabels: { app: "rehearsal-app" } } });
  expect(JSON.stringify(recorder.named("app-deployment").inputs)).not.toContain("preStop");
});

test("fixtures are there besides the app, go with the cluster, and need not be of a kind that serves", async () => {
  const { recorder, result } = await create({}, [
    { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { name: "web", namespace: "shop" } },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
  ]);
  expect(recorder.named("app-fixture-poddisruptionbudget-shop-web")).toMatchObject({
    dependsOn: ["app-fixture-namespace-shop"],
    deletedWith: "owner",
  });
  expect(await valueOf(result.url)).toBe("http://lb.example.com/hostname");
});

describe("manifests of the user's own", () => {
  const shop = `
apiVersion: v1
kind: Service
metadata: { name: frontend, namespace: shop }
spec: { type: LoadBalancer }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
# nothing
---
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: a, namespace: shop } }
`;
  const dir = mkdtempSync(join(tmpdir(), "manifests-"));
  afterAll(() => rmSync(dir, { recursive: true }));
  const file = join(dir, "shop.yaml");
  writeFileSync(file, shop);
  const createOwn = (app: Partial<Settings["app"]>) => create({ manifests: [file], ...app });

  test("each is an object, namespaces come first, and the service is where requests go", async () => {
    const { recorder, result } = await createOwn({ service: "shop/frontend", port: 8080, path: "/" });
    const objects = recorder.registrations.filter(({ type }) => type.startsWith("kubernetes:"));
    expect(objects.map(({ name, type }) => `${name} ${type}`).sort()).toEqual([
      "app-configmap-shop-a kubernetes:core/v1:ConfigMap",
      "app-namespace-shop kubernetes:core/v1:Namespace",
      "app-service-shop-frontend kubernetes:core/v1:Service",
    ]);
    expect(recorder.named("app-service-shop-frontend").dependsOn).toEqual(["app-namespace-shop"]);
    expect(await valueOf(result.url)).toBe("http://lb.example.com:8080/");
  });

  test("a URL is taken as it is", async () => {
    const { result } = await createOwn({ service: "https://shop.example.com/health" });
    expect(await valueOf(result.url)).toBe("https://shop.example.com/health");
  });

  test("a service that is not there is named", async () => {
    await expect(createOwn({ service: "shop/none" })).rejects.toThrow("no Service shop/none");
  });

  test("a document that is no object is named", () => {
    expect(() => parseManifests("kind: Pod", "a.yaml")).toThrow(/a\.yaml, document 1 is no Kubernetes object/);
    expect(() => parseManifests("{", "a.yaml")).toThrow(/a\.yaml/);
  });
});

describe("address of a Service", () => {
  test("by name or IP, without the port that needs none", () => {
    expect(serviceUrl({ loadBalancer: { ingress: [{ ip: "10.0.0.1" }] } }, 80, "/x")).toBe("http://10.0.0.1/x");
    expect(serviceUrl({ loadBalancer: { ingress: [{ hostname: "h", ip: "" }] } }, 8080, "/")).toBe("http://h:8080/");
  });
  test("none is an error that says where to look", () => {
    expect(() => serviceUrl(undefined, 80, "/")).toThrow("kubectl describe service");
  });
});
