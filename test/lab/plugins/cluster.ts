import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { LabContext } from "../../../lab/context.ts";
import { startControlPlane } from "../../../lab/control-plane/control-plane.ts";
import { Faults } from "../../../lab/faults.ts";
import { startNodes } from "../../../lab/nodes/index.ts";
import { Kube } from "../../../lab/nodes/kube.ts";
import { ProcessSupervisor } from "../../../lab/process-supervisor.ts";
import { findTools } from "../../../tools/index.ts";
import { makeKeyset } from "../../unit/lab/keyset-fixture.ts";
import { FakeCluster } from "../nodes/fake-cluster.ts";

const name = "mirror.k8s.example.com";
const version = "1.35.4";
const programs = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const;

/**
 * A real control plane with two simulated nodes, on which pods of known images run.
 *
 * @param spec of the cluster, as kops has it
 */
export async function startCluster(spec: Readonly<Record<string, unknown>> = {}) {
  const { paths } = await findTools({ only: programs });
  const dir = await mkdtemp(path.join(tmpdir(), "plugins-cluster-"));
  const processes = new ProcessSupervisor(dir);
  const context: LabContext = { dir, processes, faults: new Faults(), log: () => undefined };
  const state = {
    name,
    cluster: JSON.stringify({ kind: "Cluster", metadata: { name }, spec }),
    ca: await makeKeyset("kubernetes-ca"),
    serviceAccount: await makeKeyset("service-account"),
  };
  const controlPlane = await startControlPlane(context, state, paths, new AbortController().signal);
  const { kubeConfig } = controlPlane;
  const instances = new FakeCluster(version);
  instances.launch("i-0cp", "control-plane");
  for (const id of ["i-0a", "i-0b"]) instances.launch(id, "node");
  const access = { name, kubeConfig, awsEndpoint: "http://127.0.0.1:1", region: "us-east-1" };
  const options = { bootMs: 200, podStartMs: 50, lbDeregistrationMs: 500, lbHealthMs: 100 };
  const nodes = await startNodes(context, access, options, { controlPlaneChanged: () => undefined }, instances);
  const kube = await Kube.from(kubeConfig);
  return {
    kube,
    server: `https://127.0.0.1:${controlPlane.port}`,
    kubeconfig: kubeConfig.exportConfig(),
    async stop(): Promise<void> {
      await nodes.stop();
      kube.close();
      await controlPlane.stop();
      await processes.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export type TestCluster = Awaited<ReturnType<typeof startCluster>>;
