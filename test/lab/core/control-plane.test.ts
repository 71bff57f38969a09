import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { CoreV1Api, KubeConfig, KubernetesObjectApi, RbacAuthorizationV1Api } from "@kubernetes/client-node";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startControlPlane, type ControlPlane } from "../../../lab/control-plane/control-plane.ts";
import { Faults } from "../../../lab/faults.ts";
import { ProcessSupervisor } from "../../../lab/process-supervisor.ts";
import { inertFixtures } from "../../../mirror/fixtures.ts";
import { runningDifferences } from "../../../mirror/running.ts";
import { readRunning } from "../../../rehearsal/production/running.ts";
import { eventually } from "../../unit/lab/eventually.ts";
import { makeKeyset } from "../../unit/lab/keyset-fixture.ts";
import { labTools } from "./lab-tools.ts";
import { mayListMore, objects, viewer } from "./production-objects.ts";

let dir: string;
let processes: ProcessSupervisor;
let controlPlane: ControlPlane;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "lab-control-plane-"));
  processes = new ProcessSupervisor(dir);
  const state = {
    name: "mirror.example.com",
    cluster: "metadata: { name: mirror.example.com }\nspec: { authorization: { rbac: {} } }\n",
    ca: await makeKeyset("kubernetes-ca"),
    serviceAccount: await makeKeyset("service-account"),
  };
  const context = { dir, processes, faults: new Faults(), log: () => undefined };
  controlPlane = await startControlPlane(context, state, (await labTools()).programs, new AbortController().signal);
});
afterAll(async () => {
  await processes.close();
  rmSync(dir, { recursive: true });
});

test("kops' keys give a control plane with RBAC whose controllers work", async () => {
  const rbac = controlPlane.kubeConfig.makeApiClient(RbacAuthorizationV1Api);
  expect((await rbac.readClusterRole({ name: "system:kube-scheduler" })).metadata?.name).toBe("system:kube-scheduler");
  const core = controlPlane.kubeConfig.makeApiClient(CoreV1Api);
  // The API server makes it some moments after it is ready.
  const service = await eventually(() => core.readNamespacedService({ name: "kubernetes", namespace: "default" }));
  expect(service.spec?.clusterIP).toBe("100.64.0.1");
  // Made by the controller manager, which needs its own certificate and the service-account key for that.
  const account = await eventually(
    () => core.readNamespacedServiceAccount({ name: "default", namespace: "default" }),
    60_000,
  );
  expect(account.metadata?.namespace).toBe("default");
});

test("whoever may only list sees what runs in it besides kops' own; inert copies of that are taken by the API server", async () => {
  const api = KubernetesObjectApi.makeApiClient(controlPlane.kubeConfig);
  for (const object of [...viewer, ...objects]) await api.create(object);
  const file = await viewerKubeconfig();
  await expect(readRunning(file)).rejects.toThrow(/does not let list \w+s\.[^]*ClusterRole view/);
  for (const object of mayListMore) await api.create(object);

  const running = await eventually(() => readRunning(file));
  expect(runningDifferences(running, []).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    "CustomResourceDefinition shops.example.x.k8s.io",
    "PriorityClass high",
    "DaemonSet logging/log-agent",
    "PodDisruptionBudget logging/web",
    "ValidatingWebhookConfiguration policy",
    "node label team=shop",
    "node taint gpu=a10:NoSchedule",
  ]);

  const copies = inertFixtures(running, []);
  expect(copies.map(({ kind }) => kind)).toEqual(["Namespace", ...objects.slice(1, -1).map(({ kind }) => kind)]);
  expect(JSON.stringify(copies)).not.toMatch(/s3cr3t|hostPath|privileged|logs\.example\.com/);
  for (const object of objects.slice(1, -1)) await api.delete(object);
  // Some of what was there takes a moment to go.
  for (const copy of copies.slice(1)) await eventually(() => api.create(copy));
});

/** A kubeconfig of the service account `viewer`. */
async function viewerKubeconfig(): Promise<string> {
  const core = controlPlane.kubeConfig.makeApiClient(CoreV1Api);
  const { status } = await core.createNamespacedServiceAccountToken({
    name: "viewer",
    namespace: "default",
    body: { spec: { audiences: [], expirationSeconds: 600 } },
  });
  const cluster = controlPlane.kubeConfig.getCurrentCluster();
  if (!cluster || !status) throw new Error("the control plane gave no token, or has no address");
  const config = new KubeConfig();
  config.loadFromClusterAndUser(cluster, { name: "viewer", token: status.token });
  const file = join(dir, "viewer.kubeconfig");
  writeFileSync(file, config.exportConfig(), { mode: 0o600 });
  return file;
}

test("the API server comes back with its data after a crash", async () => {
  const core = controlPlane.kubeConfig.makeApiClient(CoreV1Api);
  await core.createNamespace({ body: { metadata: { name: "kept" } } });
  const pidOf = (): number => processes.list().find(({ name }) => name === "kube-apiserver")?.pid ?? -1;
  const crashed = pidOf();
  process.kill(crashed, "SIGKILL");
  await eventually(() => expect([-1, crashed]).not.toContain(pidOf()));
  const namespace = await eventually(() => core.readNamespace({ name: "kept" }), 120_000);
  expect(namespace.status?.phase).toBe("Active");
});

test("its keys are for its owner only, and it leaves no data", async () => {
  expect(statSync(join(dir, "control-plane", "pki", "ca.key")).mode & 0o777).toBe(0o600);
  await controlPlane.stop();
  expect(processes.list()).toEqual([]);
  expect(existsSync(join(dir, "control-plane"))).toBe(false);
});
