import type { V1Lease, V1Node, V1NodeCondition, V1Taint } from "@kubernetes/client-node";
import type { Instance } from "./instances.ts";
import type { Machine } from "./machine-types.ts";
import type { NodeupConfig } from "./nodeup.ts";

/** How long a node may be silent before the control plane calls it lost, in s; the kubelet's default. */
export const leaseSeconds = 40;

const conditionTypes = [
  ["MemoryPressure", "False", "KubeletHasSufficientMemory"],
  ["DiskPressure", "False", "KubeletHasNoDiskPressure"],
  ["PIDPressure", "False", "KubeletHasSufficientPID"],
  ["NetworkUnavailable", "False", "NetworkPluginIsUp"],
  ["Ready", "True", "KubeletReady"],
] as const;

/** The conditions of a healthy node. */
export function nodeConditions(since: Date, now: Date): V1NodeCondition[] {
  return conditionTypes.map(([type, status, reason]) => ({
    type,
    status,
    reason,
    message: reason,
    lastHeartbeatTime: now,
    lastTransitionTime: since,
  }));
}

/** `key=value:Effect` or `key:Effect`, as a kubelet's --register-with-taints takes it. */
export function parseTaint(text: string): V1Taint {
  const [, key = "", value, effect = ""] = /^([^=:]+)(?:=([^:]*))?:(\w+)$/.exec(text) ?? [];
  if (key === "") throw new Error(`"${text}" is not a taint: expected KEY=VALUE:EFFECT`);
  return { key, effect, ...(value ? { value } : {}) };
}

/**
 * The Node that kubelet, cloud controller and kops-controller make of an instance between them: the kubelet's own
 * `uninitialized` taint is left out, since the cloud controller would take it away again.
 */
export function nodeObject(instance: Instance, config: NodeupConfig, machine: Machine, now: Date): V1Node {
  const arch = instance.architecture === "arm64" ? "arm64" : "amd64";
  const region = instance.zone.replace(/[a-z]$/, "");
  const memory = machine.memoryMiB * 1024;
  const capacity = {
    cpu: String(machine.cpus),
    memory: `${memory}Ki`,
    "ephemeral-storage": "128Gi",
    pods: String(config.KubeletConfig.maxPods ?? 110),
  };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: instance.id,
      labels: {
        "beta.kubernetes.io/arch": arch,
        "beta.kubernetes.io/instance-type": instance.type,
        "beta.kubernetes.io/os": "linux",
        "failure-domain.beta.kubernetes.io/region": region,
        "failure-domain.beta.kubernetes.io/zone": instance.zone,
        "kops.k8s.io/instancegroup": instance.tags["kops.k8s.io/instancegroup"] ?? "",
        "kubernetes.io/arch": arch,
        "kubernetes.io/hostname": instance.id,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": instance.type,
        "topology.ebs.csi.aws.com/zone": instance.zone,
        "topology.kubernetes.io/region": region,
        "topology.kubernetes.io/zone": instance.zone,
        ...config.KubeletConfig.nodeLabels,
      },
    },
    spec: {
      providerID: `aws:///${instance.zone}/${instance.id}`,
      taints: config.KubeletConfig.taints?.map(parseTaint),
    },
    status: {
      addresses: [
        { type: "InternalIP", address: instance.privateIp },
        { type: "InternalDNS", address: instance.privateDnsName },
        { type: "Hostname", address: instance.id },
      ],
      capacity,
      // 100 MiB are kept back: the kubelet's eviction threshold in every kops cluster.
      allocatable: { ...capacity, memory: `${memory - 100 * 1024}Ki` },
      conditions: nodeConditions(now, now),
      nodeInfo: {
        architecture: arch,
        bootID: instance.id,
        containerRuntimeVersion: "containerd://lab",
        kernelVersion: "lab",
        kubeProxyVersion: "",
        kubeletVersion: `v${config.KubernetesVersion.replace(/^v/, "")}`,
        machineID: instance.id,
        operatingSystem: "linux",
        osImage: "simulated by the lab",
        systemUUID: instance.id,
      },
    },
  };
}

/** A node's lease, renewed at `now`. */
export function leaseObject(name: string, now: Date): Omit<V1Lease, "spec"> & { spec: object } {
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name, namespace: "kube-node-lease" },
    // Micro time: six digits of fraction.
    spec: {
      holderIdentity: name,
      leaseDurationSeconds: leaseSeconds,
      renewTime: now.toISOString().replace("Z", "000Z"),
    },
  };
}
