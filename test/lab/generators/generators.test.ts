import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CoreV1Api, CustomObjectsApi } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { execa } from "execa";
import { decodeSamples, type StoredSample } from "../../../analysis/sample-file.ts";
import { startControlPlane, type ControlPlane } from "../../../lab/control-plane/control-plane.ts";
import { Faults } from "../../../lab/faults.ts";
import { ProcessSupervisor } from "../../../lab/process-supervisor.ts";
import type { RehearsalConfig } from "../../../rehearsal/config.ts";
import { loadManifests, loadName, runnerSelector, testRuns } from "../../../rehearsal/load/operator/manifests.ts";
import { startLoad } from "../../../rehearsal/load/start.ts";
import { eventually } from "../../unit/lab/eventually.ts";
import { makeKeyset } from "../../unit/lab/keyset-fixture.ts";
import { configOf } from "../../unit/rehearsal/config.fixture.ts";
import { labTools } from "../core/lab-tools.ts";
import { App } from "../rehearsal/app.ts";
import { Kubelets } from "./kubelet.ts";
import { Operator } from "./operator.ts";

const namespace = "default";
const crd = fileURLToPath(new URL("../../fixtures/k6-operator/testruns.yaml", import.meta.url));

let dir: string;
let processes: ProcessSupervisor;
let cluster: ControlPlane;
let kubelets: Kubelets;
let operator: Operator;
let app: App;
const mirror = createServer((_request, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ kind: "Namespace", metadata: { name: "kube-system", uid: "the-mirror" } }));
});

/** A cluster for load generators: a real control plane; the kubelets and k6's operator are imitated, k6 is real. */
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "generators-"));
  processes = new ProcessSupervisor(dir);
  const tools = await labTools();
  const ca = await makeKeyset("kubernetes-ca");
  const state = {
    name: "load.example.com",
    cluster: "metadata: { name: load.example.com }\nspec: { authorization: { rbac: {} } }\n",
    ca,
    serviceAccount: await makeKeyset("service-account"),
  };
  const context = { dir, processes, faults: new Faults(), log: () => undefined };
  cluster = await startControlPlane(context, state, tools.programs, new AbortController().signal);
  const env = { PATH: `${tools.binDir}:${process.env["PATH"]}`, HOME: dir };
  await writeFile(kubeconfig(), cluster.kubeConfig.exportConfig(), { mode: 0o600 });
  await execa("kubectl", ["create", "-f", crd, "--kubeconfig", kubeconfig()], { env });
  kubelets = new Kubelets(cluster.kubeConfig, join(dir, "pods"), env);
  await kubelets.start(3, ca);
  operator = new Operator(cluster.kubeConfig, kubelets, namespace);
  operator.start();
  await new Promise<void>((resolve) => mirror.listen(0, "127.0.0.1", resolve));
  await writeMirror(`http://127.0.0.1:${(mirror.address() as AddressInfo).port}`);
  app = new App();
  await app.listen();
  await core().createNamespacedConfigMap({ namespace, body: { metadata: { name: "another" }, data: { a: "b" } } });
});
afterAll(async () => {
  await operator?.close();
  await kubelets?.close();
  await processes?.close();
  await app?.close();
  mirror.close();
  await rm(dir, { recursive: true, force: true });
});

const kubeconfig = (): string => join(dir, "load.kubeconfig");
const core = (): CoreV1Api => cluster.kubeConfig.makeApiClient(CoreV1Api);
const objects = (): CustomObjectsApi => cluster.kubeConfig.makeApiClient(CustomObjectsApi);

async function writeMirror(server: string): Promise<void> {
  const text = JSON.stringify({
    clusters: [{ name: "m", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "m", user: {} }],
    contexts: [{ name: "m", context: { cluster: "m", user: "m" } }],
    "current-context": "m",
  });
  await writeFile(join(dir, "kubeconfig"), text);
}

function load(changes: Partial<RehearsalConfig["load"]> = {}): RehearsalConfig {
  const generators = {
    kubeconfig: kubeconfig(),
    namespace,
    parallelism: 3,
    separate: true,
    image: "grafana/k6:1.8.1",
  };
  // The app and the generators share one machine, which may be busy or stand still: none of that is a failed request.
  const patient = { ...configOf().load, requestTimeoutSeconds: 8, generators };
  return configOf({ runsDir: dir, targetUrl: app.url, load: { ...patient, ...changes } });
}

async function samplesOf(kind: string): Promise<StoredSample[]> {
  return decodeSamples(await readFile(join(dir, `${kind}.samples`))).samples;
}

/** All that was made for the load is gone, and nothing else is. */
async function expectNothingLeft(): Promise<void> {
  const name = loadName(load().clusterName);
  await eventually(async () => {
    const { items } = (await objects().listNamespacedCustomObject({ ...testRuns, namespace })) as { items: unknown[] };
    expect(items).toEqual([]);
    expect((await core().listNamespacedPod({ namespace, labelSelector: `k6_cr=${name}` })).items).toEqual([]);
    expect(kubelets.running).toEqual([]);
  }, 180_000);
  const maps = (await core().listNamespacedConfigMap({ namespace })).items.map(({ metadata }) => metadata?.name);
  expect(maps.sort()).toEqual(["another", "kube-root-ca.crt"]);
}

test("three pods share the load as one k6 would send it; a log that breaks off loses and repeats nothing", async () => {
  kubelets.breakLogsAfter = 60;
  const before = app.seen;
  const running = await startLoad(load({ rate: 90, durationSeconds: 8 }), "baseline", dir);
  const result = await running.ended;
  kubelets.breakLogsAfter = Infinity;
  expect(result).toMatchObject({
    rate: 90,
    runners: 3,
    droppedIterations: 0,
    k6ExitCode: 0,
    k6Version: "1.8.1",
    exitClass: "finished",
    complete: true,
    failed: 0,
  });
  expect(kubelets.broken).toBe(3);
  const samples = await samplesOf("baseline");
  expect(samples.filter(({ habit }) => habit !== "canary")).toHaveLength(app.seen - before);
  expect(result.requests.fresh + result.requests.kept).toBe(app.seen - before);
  const periodMs = 1000 / 45;
  for (const habit of ["fresh", "kept"] as const) {
    for (const runner of [0, 1, 2]) {
      const of = samples.filter((sample) => sample.habit === habit && (sample.runner ?? 0) === runner);
      const due = of.map(({ dueMs }) => dueMs).sort((a, b) => a - b);
      // What k6 is late with when its time is over is not sent any more: three of eight seconds, on a machine that stands still.
      expect(due.length).toBeGreaterThanOrEqual(75);
      expect(due.length).toBeLessThanOrEqual(121);
      // Each sends every third of the requests, at the times at which one k6 would send these.
      for (const [at, ms] of due.entries()) expect(Math.abs(ms - due[0]! - at * 3 * periodMs)).toBeLessThan(0.2);
    }
  }
  // Every pod has a canary of its own: k6's API beside it.
  const canaries = samples.filter(({ habit }) => habit === "canary");
  expect(new Set(canaries.map(({ outcome }) => outcome))).toEqual(new Set(["ok"]));
  expect(canaries.length).toBeGreaterThanOrEqual(300);
  expect(canaries.length).toBeLessThanOrEqual(3 * 161);
  await expectNothingLeft();
});

test("a pod that dies is seen; the others go on until they are told to end; what an earlier load left is removed", async () => {
  const config = load({ rate: 60 });
  const { generators } = config.load;
  const left = loadManifests(config.clusterName, generators!, "", {});
  await core().createNamespacedConfigMap({ namespace, body: left.configMap });
  await objects().createNamespacedCustomObject({
    ...testRuns,
    namespace,
    body: left.testRun,
    fieldValidation: "Strict",
  });

  const running = await startLoad(config, "upgrade", dir);
  await running.began;
  const { items } = await core().listNamespacedPod({
    namespace,
    labelSelector: runnerSelector(loadName(config.clusterName)),
  });
  expect(new Set(items.map(({ spec }) => spec?.nodeName)).size).toBe(3);
  const victim = items[1]?.metadata?.name ?? "";
  kubelets.process(victim)?.kill("SIGKILL");
  const requests = running.progress().requests;
  await eventually(() => expect(running.progress().requests).toBeGreaterThan(requests + 60), 60_000);
  const result = await running.stop();
  expect(result).toMatchObject({ runners: 3, exitClass: "failed", complete: false, k6ExitCode: 137, failed: 0 });
  expect(result.problem).toContain(`k6 (${victim}) ended early (exit status 137)`);
  expect(await samplesOf("upgrade")).toHaveLength(
    result.requests.fresh + result.requests.kept + result.requests.canary,
  );
  await expectNothingLeft();
});

test("all that was due until the load is told to end is there", async () => {
  await rm(join(dir, "upgrade.samples"));
  const running = await startLoad(load({ rate: 60 }), "upgrade", dir);
  await eventually(() => expect(running.progress().requests).toBeGreaterThan(60), 60_000);
  const result = await running.stop();
  expect(result.problem).toBeUndefined();
  expect(result).toMatchObject({ exitClass: "finished", complete: true, k6ExitCode: 105, failed: 0, segments: 1 });
  await expectNothingLeft();
});

test("a script that k6 refuses does not start, says why, and leaves nothing", async () => {
  const before = app.seen;
  await expect(startLoad(load({ expectBody: "(" }), "baseline", dir)).rejects.toThrow(
    /load generators on https:.* did not start[^]*rehearsal-load-\w+: error[^]*SyntaxError/,
  );
  expect(app.seen).toBe(before);
  await expectNothingLeft();
});

test("the mirror itself is refused, whatever it is called there", async () => {
  const before = app.seen;
  await writeFile(join(dir, "kubeconfig"), cluster.kubeConfig.exportConfig());
  await expect(startLoad(load(), "baseline", dir)).rejects.toThrow(/must not run on https:.*: it is the mirror/);
  expect(app.seen).toBe(before);
  await expectNothingLeft();
});
