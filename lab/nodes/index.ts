import type { ClusterAccess, LabContext } from "../context.ts";
import { LoadBalancers } from "../load-balancer/controller.ts";
import type { NodeOptions } from "../options.ts";
import type { NodeHooks, Nodes, NodesStatus } from "../parts.ts";
import { Kubelet } from "../pods/kubelet.ts";
import { Addons } from "./addons.ts";
import { Fleet } from "./fleet.ts";
import { ec2Instances, type InstanceSource } from "./instances.ts";
import { Kube } from "./kube.ts";
import { ec2MachineTypes, type MachineTypes } from "./machine-types.ts";
import { s3StateStore, type StateStore } from "./state-store.ts";

/** What the nodes are made from; by default the emulated AWS. */
export interface NodeSources {
  readonly instances: InstanceSource;
  readonly store: StateStore;
  readonly machines: MachineTypes;
}

const awsSources = ({ name, awsEndpoint, region }: ClusterAccess): NodeSources => ({
  instances: ec2Instances(name, awsEndpoint, region),
  store: s3StateStore(awsEndpoint, region),
  machines: ec2MachineTypes(awsEndpoint, region),
});

/**
 * Simulates what runs beside the control plane: instances become nodes, add-ons are applied, pods run, Services get
 * load balancers. Needs an API server that answers. Throws when it cannot be reached, or no loopback addresses are free.
 */
export async function startNodes(
  context: LabContext,
  cluster: ClusterAccess,
  options: NodeOptions,
  hooks: NodeHooks,
  sources: NodeSources = awsSources(cluster),
): Promise<Nodes> {
  const { instances, store, machines } = sources;
  const kube = await Kube.from(cluster.kubeConfig);
  const { bootMs, podStartMs, podReadyMs = 0, lbDeregistrationMs, lbHealthMs } = options;
  const kubelet = await Kubelet.start({ context, kube, podStartMs, podReadyMs });
  const balancers = await LoadBalancers.start({
    context,
    kube,
    deregistrationMs: lbDeregistrationMs,
    healthMs: lbHealthMs,
  });
  const addons = new Addons({
    kube,
    store,
    channels: () => {
      const config = fleet.controlPlaneConfig();
      return config && { locations: config.channels ?? [], kubernetesVersion: config.KubernetesVersion };
    },
    log: (message) => context.log("add-ons", message),
  });
  const fleet = new Fleet({
    context,
    kube,
    source: instances,
    store,
    machines,
    bootMs,
    controlPlaneChanged: (up) => {
      hooks.controlPlaneChanged(up);
      addons.look();
    },
    nodeUp: (node) => kubelet.nodeUp(node),
    nodeGone: (name) => kubelet.nodeGone(name),
  });
  fleet.start();

  return {
    status: () => statusOf(fleet, kubelet, balancers),
    async stop() {
      await fleet.stop();
      await addons.stop();
      await kubelet.stop();
      await balancers.stop();
      kube.close();
      instances.close?.();
      store.close?.();
    },
  };
}

function statusOf(fleet: Fleet, kubelet: Kubelet, balancers: LoadBalancers): NodesStatus {
  return {
    nodes: fleet.agents().map(({ name, group, controlPlane, joined, config }) => ({
      name,
      instance: name,
      group,
      role: controlPlane ? "control-plane" : "node",
      ready: joined,
      version: config && `v${config.KubernetesVersion}`,
      pods: kubelet.podsOn(name).map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`),
    })),
    pods: kubelet.counts(),
    loadBalancers: balancers.status(),
  };
}
