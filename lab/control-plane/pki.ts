import { KubeConfig } from "@kubernetes/client-node";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { issueCertificate, publicKeyOf, type Credentials } from "./certificates.ts";
import type { KeyPair } from "./keyset.ts";

export interface Pki {
  /** Folder with the files that the control plane's arguments name. */
  readonly dir: string;
  readonly server: Credentials;
  /** For the lab itself: system:masters, direct to the API server. */
  readonly kubeConfig: KubeConfig;
}

/** Every name under which a client may meet the API server. */
function serverNames(clusterName: string): string[] {
  const service = [
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
  ];
  return [`api.${clusterName}`, `api.internal.${clusterName}`, ...service, "localhost", "127.0.0.1"];
}

function kubeConfigFor(user: string, server: string, ca: KeyPair, credentials: Credentials): KubeConfig {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: "lab", server, caData: base64(ca.trusted), skipTLSVerify: false },
    { name: user, certData: base64(credentials.certificate), keyData: base64(credentials.privateKey) },
  );
  return config;
}

/**
 * Writes what the control plane of a cluster needs, signed by the CA that kops made, into `dir` (mode 0600).
 * `server` is the API server's own address, e.g. `https://127.0.0.1:20443`.
 */
export async function writePki(
  dir: string,
  clusterName: string,
  server: string,
  keys: { ca: KeyPair; serviceAccount: KeyPair },
): Promise<Pki> {
  const { ca, serviceAccount } = keys;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const write = (name: string, text: string): void => writeFileSync(join(dir, name), text, { mode: 0o600 });
  const [apiServer, admin, controllerManager, scheduler] = await Promise.all([
    issueCertificate(ca, { commonName: "kube-apiserver", names: serverNames(clusterName) }),
    issueCertificate(ca, { commonName: "lab", organization: "system:masters" }),
    issueCertificate(ca, { commonName: "system:kube-controller-manager" }),
    issueCertificate(ca, { commonName: "system:kube-scheduler" }),
  ]);
  write("ca.crt", ca.trusted);
  write("ca.key", ca.privateKey);
  write("apiserver.crt", apiServer.certificate);
  write("apiserver.key", apiServer.privateKey);
  write("service-account.key", serviceAccount.privateKey);
  write("service-account.pub", publicKeyOf(serviceAccount.privateKey));
  for (const [name, credentials] of [
    ["kube-controller-manager", controllerManager],
    ["kube-scheduler", scheduler],
    ["admin", admin],
  ] as const) {
    write(`${name}.kubeconfig`, kubeConfigFor(name, server, ca, credentials).exportConfig());
  }
  return { dir, server: apiServer, kubeConfig: kubeConfigFor("admin", server, ca, admin) };
}
