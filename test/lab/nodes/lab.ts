import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LabContext } from "../../../lab/context.ts";
import { startControlPlane } from "../../../lab/control-plane/control-plane.ts";
import { Faults } from "../../../lab/faults.ts";
import { startNodes } from "../../../lab/nodes/index.ts";
import { Kube } from "../../../lab/nodes/kube.ts";
import type { NodeOptions } from "../../../lab/options.ts";
import { ProcessSupervisor } from "../../../lab/process-supervisor.ts";
import { findTools } from "../../../tools/index.ts";
import { makeKeyset } from "../../unit/lab/keyset-fixture.ts";
import type { FakeCluster } from "./fake-cluster.ts";

const name = "mirror.k8s.example.com";
const programs = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const;

/** A real control plane with simulated nodes of `cluster`. */
export async function startLab(cluster: FakeCluster, options: NodeOptions) {
  const { paths } = await findTools({ only: programs });
  const dir = await mkdtemp(join(tmpdir(), "lab-nodes-"));
  const processes = new ProcessSupervisor(dir);
  const faults = new Faults();
  const logLines: string[] = [];
  const context: LabContext = {
    dir,
    processes,
    faults,
    log: (part, message) => void logLines.push(`${new Date().toISOString()} ${part}: ${message}`),
  };
  const state = {
    name,
    cluster: `kind: Cluster\nmetadata:\n  name: ${name}\nspec: {}\n`,
    ca: await makeKeyset("kubernetes-ca"),
    serviceAccount: await makeKeyset("service-account"),
  };
  const controlPlane = await startControlPlane(context, state, paths, new AbortController().signal);
  const { kubeConfig } = controlPlane;
  const controlPlaneUp: string[][] = [];
  const access = { name, kubeConfig, awsEndpoint: "http://127.0.0.1:1", region: "us-east-1" };
  const hooks = { controlPlaneChanged: (up: string[]) => void controlPlaneUp.push(up) };
  const nodes = await startNodes(context, access, options, hooks, cluster);
  const kube = await Kube.from(kubeConfig);
  return {
    kube,
    faults,
    nodes,
    controlPlaneUp,
    logLines,
    dir,
    processes,
    async stop() {
      await nodes.stop();
      kube.close();
      await controlPlane.stop();
      await processes.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export type Lab = Awaited<ReturnType<typeof startLab>>;
