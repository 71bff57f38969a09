import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { V1ConfigMapList, V1Deployment, V1PodList } from "@kubernetes/client-node";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { eventually } from "../../unit/lab/eventually.ts";
import { startCluster, type TestCluster } from "./cluster.ts";
import { PulumiProject } from "./pulumi.ts";

jest.setTimeout(900_000);

let cluster: TestCluster;
let pulumi: PulumiProject;

beforeAll(async () => {
  cluster = await startCluster();
  pulumi = await PulumiProject.create();
  await writeFile(path.join(pulumi.dir, "kubeconfig"), cluster.kubeconfig, { mode: 0o600 });
});
afterAll(async () => {
  await pulumi?.remove();
  await cluster?.stop();
});

const head = (provider = ""): string => `
import * as k8s from "@pulumi/kubernetes";
import { readFileSync } from "node:fs";
const kubeconfig = readFileSync("kubeconfig", "utf8");
const provider = new k8s.Provider("cluster", { kubeconfig, clusterIdentifier: "one", ${provider} });
const o = { provider };
`;

/** The sample app: two pods behind a load balancer. */
const app = (
  settings: {
    replicas?: number;
    image?: string;
    greeting?: string;
    app?: string;
    force?: boolean;
    updateSeconds?: number;
  } = {},
): string => `${head()}
const labels = { app: "${settings.app ?? "web"}" };
const config = new k8s.core.v1.ConfigMap("settings", { data: { greeting: "${settings.greeting ?? "hello"}" } }, o);
const web = new k8s.apps.v1.Deployment("web", {
  metadata: { name: "web"${settings.force === true ? ', annotations: { "pulumi.com/patchForce": "true" }' : ""} },
  spec: {
    replicas: ${settings.replicas ?? 2},
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 2, containers: [{
      name: "web",
      image: "${settings.image ?? "registry.k8s.io/e2e-test-images/agnhost:2.53"}",
      args: ["netexec", "--http-port=8080", "--udp-port=-1"],
      ports: [{ name: "http", containerPort: 8080 }],
      readinessProbe: { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 1 },
    }] } },
  },
}, { ...o, customTimeouts: { create: "180s", update: "${settings.updateSeconds ?? 180}s" } });
const service = new k8s.core.v1.Service("web", {
  metadata: { name: "web" },
  spec: { type: "LoadBalancer", selector: labels, ports: [{ port: 8080, targetPort: "http" }] },
}, { ...o, customTimeouts: { create: "180s" } });
export const available = web.status.availableReplicas, configName = config.metadata.name;
export const ip = service.status.loadBalancer.ingress[0].ip;
`;

const deployment = () => cluster.kube.get<V1Deployment>("/apis/apps/v1/namespaces/default/deployments/web");
const configMaps = async () =>
  (await cluster.kube.get<V1ConfigMapList>("/api/v1/namespaces/default/configmaps")).items
    .map(({ metadata }) => metadata?.name ?? "")
    .filter((name) => name.startsWith("settings"));

describe("an app", () => {
  test("is previewed without a word to the cluster, with its status unknown", async () => {
    await pulumi.program(app());
    expect(await pulumi.must("preview")).toMatch(/ip\s*: \[unknown\]/);
    expect(await configMaps()).toEqual([]);
  });

  test("is there, and answers, when the update ends", async () => {
    const { ok, text } = await pulumi.up(app());
    expect({ ok, text }).toMatchObject({ ok: true });
    const outputs = (await pulumi.outputs()) as { available: number; ip: string; configName: string };
    expect(outputs.available).toBe(2);
    expect(outputs.configName).toMatch(/^settings-[a-z0-9]{8}$/);
    // Its pods and its address are there; the load balancer hears of that a moment after everybody else.
    await eventually(async () => {
      const signal = AbortSignal.timeout(2000);
      const answer = await fetch(`http://${outputs.ip}:8080/hostname`, { signal });
      expect(await answer.text()).toMatch(/^web-/);
    });
    expect(text).toMatch(/pods are|no address|no pod/);
  });

  test("does not change by a second update or a refresh", async () => {
    expect((await pulumi.up(app())).text).toMatch(/Resources:\n\s+\d+ unchanged/);
    await pulumi.must("refresh", "--yes", "--skip-preview");
    expect((await pulumi.up(app())).text).toMatch(/Resources:\n\s+\d+ unchanged/);
  });

  test("is scaled in place and waited for", async () => {
    const { uid } = (await deployment()).metadata ?? {};
    expect(await pulumi.up(app({ replicas: 3 }))).toMatchObject({ ok: true });
    expect(await deployment()).toMatchObject({ metadata: { uid }, status: { availableReplicas: 3 } });
  });

  test("gets a new ConfigMap beside the old one when the data changes", async () => {
    const before = await configMaps();
    const { text } = await pulumi.up(app({ replicas: 3, greeting: "bye" }));
    expect(text).toMatch(/1 replaced/);
    const after = await configMaps();
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
  });

  test("is replaced for another selector, the old Deployment first", async () => {
    const { uid } = (await deployment()).metadata ?? {};
    const { ok, text } = await pulumi.up(app({ replicas: 1, greeting: "bye", app: "other" }));
    expect({ ok, text }).toMatchObject({ ok: true, text: expect.stringMatching(/1 replaced/) });
    expect((await deployment()).metadata?.uid).not.toBe(uid);
  });

  test("that does not get ready is an error that says why, is recorded, and can be mended", async () => {
    const image = "no.example/such:1";
    const broken = await pulumi.up(app({ replicas: 1, greeting: "bye", app: "other", image, updateSeconds: 20 }));
    expect(broken.ok).toBe(false);
    expect(broken.text).toMatch(
      /Deployment default\/web on https:\/\/127\.0\.0\.1:\d+ is not ready: [^\n]*(ErrImagePull|ImagePullBackOff)[^\n]*20 s, the limit/,
    );
    expect(await pulumi.up(app({ replicas: 1, greeting: "bye", app: "other" }))).toMatchObject({ ok: true });
  });

  test("is shown by a refresh as someone else has left it, who keeps the field unless it is taken over", async () => {
    await cluster.kube.patch("/apis/apps/v1/namespaces/default/deployments/web", { spec: { replicas: 2 } });
    expect(await pulumi.must("refresh", "--yes", "--skip-preview")).toMatch(/1 updated/);
    const refused = await pulumi.up(app({ replicas: 1, greeting: "bye", app: "other" }));
    expect(refused).toMatchObject({ ok: false, text: expect.stringContaining("pulumi.com/patchForce") });
    const forced = await pulumi.up(app({ replicas: 1, greeting: "bye", app: "other", force: true }));
    expect(forced).toMatchObject({ ok: true });
    expect((await deployment()).spec?.replicas).toBe(1);
  });

  test("is gone with its pods when it is destroyed", async () => {
    await pulumi.must("destroy", "--yes", "--skip-preview");
    expect(await configMaps()).toEqual([]);
    expect((await cluster.kube.get<V1PodList>("/api/v1/namespaces/default/pods")).items).toEqual([]);
  });
});

test("secrets stay secret, manifests and custom kinds are taken", async () => {
  const { ok, text } = await pulumi.up(`${head('namespace: "team"')}
const team = new k8s.core.v1.Namespace("team", { metadata: { name: "team" } }, o);
const own = { ...o, dependsOn: [team] };
const secret = new k8s.core.v1.Secret("key", { stringData: { word: "hidden-word" } }, own);
const crd = new k8s.apiextensions.v1.CustomResourceDefinition("things", {
  metadata: { name: "things.example.test" },
  spec: {
    group: "example.test", scope: "Namespaced", names: { plural: "things", kind: "Thing" },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: {
      type: "object", properties: { spec: { type: "object", properties: { size: { type: "integer" } } } } } } }],
  },
}, o);
const thing = new k8s.apiextensions.CustomResource("thing",
  { apiVersion: "example.test/v1", kind: "Thing", metadata: { name: "thing" }, spec: { size: 3 } }, { ...own, dependsOn: [team, crd] });
const manifests = new k8s.yaml.ConfigGroup("manifests", { yaml: [\`
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: ServiceAccount, metadata: { name: reader, namespace: team } }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: budget, namespace: team }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: x } } }
\`] }, { provider, dependsOn: [team] });
export const id = thing.id, secretId = secret.id, budget = manifests.getResource("policy/v1/PodDisruptionBudget", "team/budget").spec.maxUnavailable;
`);
  expect({ ok, text }).toMatchObject({ ok: true });
  expect(await pulumi.outputs()).toEqual({
    id: "team/thing",
    secretId: expect.stringMatching(/^team\/key-/),
    budget: 1,
  });
  const state = await pulumi.must("stack", "export");
  expect(state).not.toMatch(/hidden-word/);
  expect(state).not.toMatch(Buffer.from("hidden-word").toString("base64"));
  await pulumi.must("destroy", "--yes", "--skip-preview");
  await expect(cluster.kube.get("/api/v1/namespaces/team")).rejects.toThrow(/not found/);
});

test("an object that exists already is not taken over unless that is wanted", async () => {
  await cluster.kube.create("/api/v1/namespaces/default/configmaps", {
    metadata: { name: "theirs" },
    data: { a: "1" },
  });
  const source = (settings: string): string => `${head(settings)}
new k8s.core.v1.ConfigMap("theirs", { metadata: { name: "theirs" }, data: { b: "2" } }, o);`;
  const refused = await pulumi.up(source(""));
  expect(refused).toMatchObject({
    ok: false,
    text: expect.stringMatching(/ConfigMap default\/theirs.*exists already/),
  });
  expect(await pulumi.up(source("upsertExistingObjects: true"))).toMatchObject({ ok: true });
  await pulumi.must("destroy", "--yes", "--skip-preview");
});

test("an unreachable cluster is an error that names it, unless its objects may be forgotten", async () => {
  expect(await pulumi.up(`${head()}\nnew k8s.core.v1.ConfigMap("left", { data: {} }, o);`)).toMatchObject({ ok: true });
  const nowhere = cluster.kubeconfig.replaceAll(cluster.server, "https://127.0.0.1:1");
  await writeFile(path.join(pulumi.dir, "kubeconfig"), nowhere);
  const lost = await pulumi.up(head());
  expect(lost).toMatchObject({ ok: false, text: expect.stringMatching(/https:\/\/127\.0\.0\.1:1 cannot be reached/) });
  expect(await pulumi.up(head("deleteUnreachable: true"))).toMatchObject({ ok: true });
  expect(await pulumi.resources()).toEqual([]);
});
