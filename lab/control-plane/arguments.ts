import type { ClusterNetwork } from "./cluster-spec.ts";

/** Ports on 127.0.0.1 of one cluster's control plane. */
export interface ControlPlanePorts {
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly apiServer: number;
}

/** Flags for a program: `{ "secure-port": "0" }` is `--secure-port=0`. */
const flags = (values: Readonly<Record<string, string>>): string[] =>
  Object.entries(values).map(([name, value]) => `--${name}=${value}`);

const url = (port: number): string => `http://127.0.0.1:${port}`;

export function etcdArguments(ports: ControlPlanePorts, dataDir: string): string[] {
  return flags({
    name: "lab",
    "data-dir": dataDir,
    "listen-client-urls": url(ports.etcd),
    "advertise-client-urls": url(ports.etcd),
    "listen-peer-urls": url(ports.etcdPeer),
    "initial-advertise-peer-urls": url(ports.etcdPeer),
    "initial-cluster": `lab=${url(ports.etcdPeer)}`,
    // The data need not survive a power cut, and waiting for the disk is most of what etcd does.
    "unsafe-no-fsync": "true",
    "log-level": "warn",
  });
}

export function apiServerArguments(ports: ControlPlanePorts, network: ClusterNetwork, pki: string): string[] {
  const served = Object.entries(network.runtimeConfig).map((pair) => pair.join("="));
  return flags({
    "etcd-servers": url(ports.etcd),
    "bind-address": "127.0.0.1",
    "secure-port": String(ports.apiServer),
    // The API server refuses to advertise a loopback address. Nothing uses this one: no Endpoints are written for it.
    "advertise-address": "10.255.255.254",
    "endpoint-reconciler-type": "none",
    "tls-cert-file": `${pki}/apiserver.crt`,
    "tls-private-key-file": `${pki}/apiserver.key`,
    "client-ca-file": `${pki}/ca.crt`,
    "authorization-mode": network.authorization,
    "anonymous-auth": "false",
    "allow-privileged": "true",
    "service-account-issuer": network.serviceAccountIssuer,
    "service-account-key-file": `${pki}/service-account.pub`,
    "service-account-signing-key-file": `${pki}/service-account.key`,
    "service-cluster-ip-range": network.serviceRange,
    ...(served.length === 0 ? {} : { "runtime-config": served.join(",") }),
    // For small clusters: less memory, and no queues between the few clients of a lab.
    "enable-priority-and-fairness": "false",
    profiling: "false",
  });
}

export function controllerManagerArguments(network: ClusterNetwork, pki: string): string[] {
  return flags({
    kubeconfig: `${pki}/kube-controller-manager.kubeconfig`,
    "root-ca-file": `${pki}/ca.crt`,
    "service-account-private-key-file": `${pki}/service-account.key`,
    "use-service-account-credentials": "true",
    "cluster-signing-cert-file": `${pki}/ca.crt`,
    "cluster-signing-key-file": `${pki}/ca.key`,
    "allocate-node-cidrs": "true",
    "cluster-cidr": network.podRange,
    "service-cluster-ip-range": network.serviceRange,
    // The default of 20 a second is for large clusters; here it would only delay a new cluster by seconds.
    "kube-api-qps": "200",
    "kube-api-burst": "400",
    "leader-elect": "false",
    // 0: serves nothing, for nothing in a lab asks it anything.
    "secure-port": "0",
    profiling: "false",
  });
}

export function schedulerArguments(pki: string): string[] {
  return flags({
    kubeconfig: `${pki}/kube-scheduler.kubeconfig`,
    "leader-elect": "false",
    "secure-port": "0",
    profiling: "false",
  });
}
