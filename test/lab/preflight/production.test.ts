import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { KubeConfig } from "@kubernetes/client-node";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { Fact } from "../../../preflight/fact.ts";
import type { Severity } from "../../../preflight/finding.ts";
import type { ProductionFacts } from "../../../preflight/facts.ts";
import { runChecks } from "../../../preflight/run.ts";
import { productionFacts } from "../../../rehearsal/preflight/production.ts";
import { eventually } from "../../unit/lab/eventually.ts";
import { factsOf } from "../../unit/preflight/facts.fixture.ts";
import { startCluster, type TestCluster } from "../plugins/cluster.ts";

let cluster: TestCluster;
let dir: string;
/** With the rights of examples/production-reader.yaml, and with none. */
let reader: string;
let nobody: string;

beforeAll(async () => {
  // An API that is to be removed, which nobody but a test asks for.
  cluster = await startCluster({ kubeAPIServer: { runtimeConfig: { "networking.k8s.io/v1beta1": "true" } } });
  dir = await mkdtemp(join(tmpdir(), "preflight-"));
  for (const document of parseAllDocuments(await readFile("examples/production-reader.yaml", "utf8")))
    await create(document.toJS() as KubeObject);
  await create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "nobody", namespace: "kube-system" } });
  reader = await kubeconfigOf("rehearsal-reader");
  nobody = await kubeconfigOf("nobody");
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
  await cluster.stop();
});

const findings = (production: ProductionFacts, toVersion = "1.35.5"): [string, Severity, string][] =>
  runChecks(factsOf({ intent: { fromVersion: "1.35.4", toVersion }, production }), new Date())
    .flatMap(({ name, findings: found }) =>
      found.map(({ severity, summary, evidence }): [string, Severity, string] => [
        name,
        severity,
        [summary, ...evidence].join("\n"),
      ]),
    )
    .filter(([, severity]) => severity !== "info");

test("a clean cluster: everything is answered to who may only list, and nothing is found", async () => {
  await eventually(async () => {
    const facts = await productionFacts(reader);
    expect(Object.values(facts).filter(({ known }) => !known)).toEqual([]);
    expect(facts.kubelets.known && facts.kubelets.value).toHaveLength(3);
    expect(facts.systemPods.known && facts.systemPods.value.length).toBeGreaterThanOrEqual(3);
    expect(findings(facts)).toEqual([]);
  }, 120_000);
});

test("what is planted is found, each by its check", async () => {
  const labels = { app: "web" };
  const template = {
    metadata: { labels },
    spec: { nodeSelector: { none: "such" }, containers: [{ name: "web", image: "registry.k8s.io/pause:3.9" }] },
  };
  const selector = { matchLabels: labels };
  const metadata = { name: "web", namespace: "default" };
  await create({ apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replicas: 1, selector, template } });
  await create({
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata,
    spec: { maxUnavailable: 0, selector },
  });
  const lingering = { name: "lingering", namespace: "kube-system" };
  // The namespace's service account comes some moments after the control plane.
  await eventually(() => create({ apiVersion: "v1", kind: "Pod", metadata: lingering, spec: template.spec }));
  // What kops itself runs as one pod is no news.
  await create({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { ...metadata, name: "addon", labels: { "addon.kops.k8s.io/name": "dns-controller.addons.k8s.io" } },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: "addon" } },
      template: { ...template, metadata: { labels: { app: "addon" } } },
    },
  });
  await create({ apiVersion: "v1", kind: "Node", metadata: { name: "old" } });
  const old = { status: { nodeInfo: { kubeletVersion: "v1.31.9" } } };
  await cluster.kube.patch("/api/v1/nodes/old/status", old);
  await cluster.kube.get("/api/v1/namespaces/default/endpoints");
  await cluster.kube.get("/apis/networking.k8s.io/v1beta1/servicecidrs");

  await eventually(async () => {
    const facts = await productionFacts(reader);
    expect(findings(facts)).toEqual([
      ["version-skew", "error", expect.stringMatching(/1 kubelet .* more than 3 .*\nold: kubelet v1\.31\.9/)],
      ["version-skew", "warning", expect.stringContaining("2 versions of the kubelet")],
      [
        "removed-apis",
        "warning",
        expect.stringMatching(
          /servicecidrs of networking\.k8s\.io\/v1beta1, which 1\.37 will not serve.*removed_release="1\.37"/s,
        ),
      ],
      ["disruption-budgets", "warning", expect.stringMatching(/default\/web .*\n.*0 of 1 expected pod healthy/)],
      ["single-replicas", "warning", expect.stringMatching(/^1 workload .*\nDeployment default\/web: 1 replica$/)],
      ["system-pods", "warning", expect.stringMatching(/^1 pod .*\nlingering: Pending, not ready$/)],
    ]);
    const atTarget = findings(facts, "1.37.0").filter(([name]) => name === "removed-apis");
    expect(atTarget).toEqual([["removed-apis", "error", expect.stringContaining("which 1.37 does not serve")]]);
    const deprecated = { group: "", version: "v1", resource: "endpoints", removedRelease: "" };
    expect(facts.requestedApis).toMatchObject({ known: true, value: expect.arrayContaining([deprecated]) });
  }, 120_000);
});

test("what may not be read is not known, and says which right is missing", async () => {
  const { version, ...denied } = await productionFacts(nobody);
  expect(version).toEqual({ known: true, value: "v1.35.4" });
  for (const fact of Object.values(denied))
    expect(fact).toMatchObject({ known: false, why: expect.stringMatching(/denied .*\((list|get) .*\)/) });
});

test("an API server that does not answer, a file that is no kubeconfig and none at all leave everything open", async () => {
  const nowhere = join(dir, "nowhere");
  await writeFile(nowhere, (await readFile(reader, "utf8")).replaceAll(cluster.server, "https://127.0.0.1:1"));
  const garbage = join(dir, "garbage");
  await writeFile(garbage, "nothing: here");
  const all = await Promise.all([nowhere, garbage, join(dir, "missing"), undefined].map(productionFacts));
  const whys = all.map((facts) =>
    (Object.values(facts) as Fact<unknown>[]).map((fact) => (fact.known ? "known" : fact.why)),
  );
  for (const [i, pattern] of [
    /https:\/\/127\.0\.0\.1:1 did not tell .*ECONNREFUSED/,
    /garbage is no kubeconfig/,
    /missing is no kubeconfig that can be read \(.*ENOENT/,
    /there is no production\.kubeconfig/,
  ].entries())
    for (const why of whys[i] ?? []) expect(why).toMatch(pattern);
});

interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

function create(object: KubeObject): Promise<unknown> {
  const { apiVersion, kind, metadata } = object;
  const api = apiVersion === "v1" ? "/api/v1" : `/apis/${apiVersion}`;
  const namespace = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
  return cluster.kube.create(`${api}${namespace}/${kind.toLowerCase()}s`, object);
}

/** Writes a kubeconfig with a token of a service account of kube-system. */
async function kubeconfigOf(account: string): Promise<string> {
  const { status } = await cluster.kube.create<{ spec: object; status?: { token: string } }>(
    `/api/v1/namespaces/kube-system/serviceaccounts/${account}/token`,
    { spec: { expirationSeconds: 3600 } },
  );
  const config = new KubeConfig();
  config.loadFromString(cluster.kubeconfig);
  const known = config.getCurrentCluster();
  if (known === null) throw new Error("the cluster's kubeconfig has no cluster");
  config.loadFromClusterAndUser(known, { name: account, token: status?.token ?? "" });
  const file = join(dir, account);
  await writeFile(file, config.exportConfig(), { mode: 0o600 });
  return file;
}
