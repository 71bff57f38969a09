import type { Manifest } from "./manifest.ts";

/** Spec fields of the Cluster that a networking option decides, as `kops create cluster --networking` sets them. */
const options = {
  amazonvpc: { networking: { amazonvpc: {} } },
  calico: { networking: { calico: {} } },
  cilium: { networking: { cilium: { enableNodePort: true } }, kubeProxy: { enabled: false } },
  "cilium-etcd": { networking: { cilium: { enableNodePort: true, etcdManaged: true } }, kubeProxy: { enabled: false } },
  cni: { networking: { cni: {} } },
  flannel: { networking: { flannel: { backend: "vxlan" } } },
  "flannel-udp": { networking: { flannel: { backend: "udp" } } },
  "flannel-vxlan": { networking: { flannel: { backend: "vxlan" } } },
  kindnet: { networking: { kindnet: {} } },
  "kube-router": { networking: { kuberouter: {} }, kubeProxy: { enabled: false } },
  kubenet: { networking: { kubenet: {} } },
} as const satisfies Record<string, Manifest>;

export type Networking = keyof typeof options;

/** The networking options of `kops create cluster` for AWS. */
export const networkings = Object.keys(options) as [Networking, ...Networking[]];

export function networkingSpec(networking: Networking, networkCidr: string): Manifest {
  // Pods of the Amazon VPC CNI have addresses of the VPC itself, which must not be masqueraded.
  return { ...options[networking], nonMasqueradeCIDR: networking === "amazonvpc" ? networkCidr : podRange };
}

/** What `spec.networking` may name, besides fields of its own in v1alpha3 (`pkg/apis/kops/networking.go` of kops 1.35). */
const plugins = [
  "amazonvpc",
  "calico",
  "cilium",
  "cni",
  "external",
  "flannel",
  "gce",
  "kindnet",
  "kubenet",
  "kopeio",
  "kuberouter",
];

/** The network plugin of a Cluster: `cilium`; empty for one that is not known. */
export function networkPlugin(cluster: Manifest | undefined): string {
  const { networking } = Object(cluster?.["spec"]) as { networking?: object };
  return Object.keys(networking ?? {}).find((name) => plugins.includes(name.toLowerCase())) ?? "";
}

/** Addresses of pods and services in clusters that kops creates. */
export const podRange = "100.64.0.0/10";
