import { stringify } from "yaml";
import { hashOf } from "../../../lab/nodes/nodeup.ts";
import type { NodeSources } from "../../../lab/nodes/index.ts";
import type { Instance } from "../../../lab/nodes/instances.ts";

const configBase = "s3://store/mirror.k8s.example.com";
const controlPlane = "control-plane-us-east-1a";
const workers = "nodes-us-east-1a";

const image = (name: string, version: string) => ({ image: `registry.k8s.io/${name}:v${version}` });

function controlPlaneConfig(version: string) {
  return stringify({
    KubernetesVersion: version,
    KubeletConfig: {
      nodeLabels: { "node-role.kubernetes.io/control-plane": "" },
      taints: ["node-role.kubernetes.io/control-plane=:NoSchedule"],
    },
    KubeProxy: image("kube-proxy", version),
    APIServerConfig: { KubeAPIServer: image("kube-apiserver", version) },
    ControlPlaneConfig: {
      KubeControllerManager: image("kube-controller-manager", version),
      KubeScheduler: image("kube-scheduler", version),
    },
    channels: [`${configBase}/addons/bootstrap-channel.yaml`],
    etcdManifests: [`${configBase}/manifests/etcd/main-${controlPlane}.yaml`],
  });
}

function workerConfig(version: string) {
  return stringify({
    KubernetesVersion: version,
    KubeletConfig: { nodeLabels: { "node-role.kubernetes.io/node": "", team: "payments" } },
    KubeProxy: image("kube-proxy", version),
  });
}

const etcdManifest = stringify({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "etcd-manager-main", namespace: "kube-system", labels: { "k8s-app": "etcd-manager-main" } },
  spec: {
    hostNetwork: true,
    priorityClassName: "system-cluster-critical",
    containers: [{ name: "etcd-manager", image: "registry.k8s.io/etcd-manager/etcd-manager-slim:v3.0.1" }],
  },
});

const dnsController = stringify({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: {
    name: "dns-controller",
    namespace: "kube-system",
    labels: { "k8s-addon": "dns-controller", "addon.kops.k8s.io/name": "dns-controller" },
  },
  spec: {
    selector: { matchLabels: { "k8s-app": "dns-controller" } },
    template: {
      metadata: { labels: { "k8s-app": "dns-controller" } },
      spec: {
        hostNetwork: true,
        nodeSelector: { "node-role.kubernetes.io/control-plane": "" },
        tolerations: [{ operator: "Exists" }],
        containers: [{ name: "dns-controller", image: "registry.k8s.io/kops/dns-controller:1.35.0" }],
      },
    },
  },
});

/** A cluster as kops leaves it in EC2 and in the state store, small enough to be read. */
export class FakeCluster implements NodeSources {
  readonly #files = new Map<string, string>();
  readonly #instances = new Map<string, { instance: Instance; userData: string }>();

  constructor(version: string) {
    this.setVersion(version);
    const addon = {
      name: "dns-controller",
      manifest: "dns-controller/k8s.yaml",
      manifestHash: "1",
      selector: { "k8s-addon": "dns-controller" },
    };
    this.#files.set(
      `${configBase}/addons/bootstrap-channel.yaml`,
      stringify({ kind: "Addons", metadata: { name: "bootstrap" }, spec: { addons: [addon] } }),
    );
    this.#files.set(`${configBase}/addons/dns-controller/k8s.yaml`, dnsController);
    this.#files.set(`${configBase}/manifests/etcd/main-${controlPlane}.yaml`, etcdManifest);
  }

  /** What `kops update cluster` does to the state store. */
  setVersion(version: string): void {
    this.#files.set(this.#config("control-plane", controlPlane), controlPlaneConfig(version));
    this.#files.set(this.#config("node", workers), workerConfig(version));
  }

  /** Starts an instance; with `hash`, from a launch template that is not the state store's. */
  launch(id: string, role: "control-plane" | "node", hash?: string): void {
    const group = role === "node" ? workers : controlPlane;
    const boot = {
      CloudProvider: "aws",
      ...(role === "node" ? {} : { ConfigBase: configBase }),
      InstanceGroupName: group,
      InstanceGroupRole: role === "node" ? "Node" : "ControlPlane",
      NodeupConfigHash: hash ?? hashOf(this.#files.get(this.#config(role, group)) ?? ""),
    };
    const userData = `#!/bin/bash\ncat > conf/kube_env.yaml << '__EOF_KUBE_ENV'\n${stringify(boot)}\n__EOF_KUBE_ENV\n`;
    const number = this.#instances.size + 10;
    const instance: Instance = {
      id,
      zone: "us-east-1a",
      type: "m5.xlarge",
      privateIp: `10.0.0.${number}`,
      privateDnsName: `ip-10-0-0-${number}.ec2.internal`,
      architecture: "x86_64",
      tags: { "kops.k8s.io/instancegroup": group, [`k8s.io/role/${role}`]: "1" },
    };
    this.#instances.set(id, { instance, userData });
  }

  terminate(id: string): void {
    this.#instances.delete(id);
  }

  readonly instances = {
    list: () => Promise.resolve([...this.#instances.values()].map(({ instance }) => instance)),
    userData: (id: string) => Promise.resolve(this.#instances.get(id)?.userData ?? ""),
  };

  readonly store = { read: (location: string) => Promise.resolve(this.#files.get(location)) };

  readonly machines = () => Promise.resolve({ cpus: 4, memoryMiB: 16384 });

  #config(role: string, group: string): string {
    return `${configBase}/igconfig/${role}/${group}/nodeupconfig.yaml`;
  }
}
