import { fileURLToPath } from "node:url";

/** How the lab runs a container of an image. */
export type Image =
  | {
      /** A real process of Node.js. */
      readonly kind: "process";
      readonly script: string;
    }
  | {
      /** No process: all that matters of it is that it is there (add-ons, the control plane's own pods). */
      readonly kind: "none";
    };

const processes: Readonly<Record<string, string>> = {
  agnhost: fileURLToPath(new URL("images/agnhost.mjs", import.meta.url)),
};

/** Ends of repository names: what kops puts into a cluster, wherever the images are mirrored to. */
const withoutProcess = [
  "aws-ebs-csi-driver",
  "aws-load-balancer-controller",
  "aws-network-policy-agent",
  "aws-node-termination-handler",
  "amazon-k8s-cni",
  "amazon-k8s-cni-init",
  "calico/cni",
  "calico/kube-controllers",
  "calico/node",
  "calico/pod2daemon-flexvol",
  "calico/typha",
  "cilium-envoy",
  "cilium/cilium",
  "cilium/operator",
  "cilium/operator-aws",
  "cilium/operator-generic",
  "hubble-relay",
  "cloud-controller-manager",
  "cluster-autoscaler",
  "cluster-proportional-autoscaler",
  "cluster-proportional-autoscaler-amd64",
  "coredns",
  "csi-attacher",
  "csi-node-driver-registrar",
  "csi-provisioner",
  "csi-resizer",
  "csi-snapshotter",
  "dns-controller",
  "etcd",
  "etcd-manager",
  "etcd-manager-slim",
  "flannel",
  "flannel-cni-plugin",
  "k8s-dns-node-cache",
  "kindnetd",
  "kops-controller",
  "kops-utils-cp",
  "kube-apiserver",
  "kube-apiserver-healthcheck",
  "kube-controller-manager",
  "kube-proxy",
  "kube-router",
  "kube-scheduler",
  "livenessprobe",
  "metrics-server",
  "node-problem-detector",
  "pause",
  "pod-identity-webhook",
  "snapshot-controller",
  "volume-modifier-for-k8s",
];

/** The repository of an image reference, without registry host, tag and digest. */
export function repositoryOf(reference: string): string {
  const path = reference.replace(/@[^@]*$/, "").replace(/:[^:/]*$/, "");
  const [first = "", ...rest] = path.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  return isHost ? rest.join("/") : path;
}

/** How to run an image; undefined when the lab does not know it. */
export function findImage(reference: string): Image | undefined {
  const repository = repositoryOf(reference);
  const endsWith = (name: string) => repository === name || repository.endsWith(`/${name}`);
  const script = Object.entries(processes).find(([name]) => endsWith(name))?.[1];
  if (script !== undefined) return { kind: "process", script };
  return withoutProcess.some(endsWith) ? { kind: "none" } : undefined;
}
