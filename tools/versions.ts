import {
  parseActionlint,
  parseEtcd,
  parseK6,
  parseKops,
  parseKubectl,
  parseKubernetes,
  parsePulumi,
} from "./parse-version.ts";
import type { ParseVersion } from "./parse-version.ts";
import type { Platform } from "./platform.ts";

export type ToolName =
  | "pulumi"
  | "kops"
  | "k6"
  | "kubectl"
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "actionlint";

/** Where the publisher puts the official release of a tool. */
export interface Release {
  readonly url: string;
  /** The publisher's SHA-256 checksums: a bare one, or lines of `checksum  file`. */
  readonly checksumsUrl: string;
  /** The program's path in the archive; undefined where the download is the program itself. */
  readonly member?: string;
}

/** How a tool is built from its pinned Go module. */
export interface Build {
  /** Folder in `tools/go/`, and name of the binary. */
  readonly module: string;
  /** Names the installed folder. Change it when the module changes but the version does not. */
  readonly version: string;
  /** The Go package to build. */
  readonly target: string;
  /** Values of string variables, by package path and name. */
  readonly variables: Readonly<Record<string, string>>;
  /** CPU time that the build takes with an empty build cache. */
  readonly cpuMinutes: number;
}

/** What is known of a tool. */
export interface Pin {
  readonly name: ToolName;
  /** The version that is installed. */
  readonly version: string;
  /** Which versions are as good when found on PATH (semver range; pre-releases and vendor suffixes count). */
  readonly accepted: string;
  readonly versionArgs: readonly string[];
  readonly parseVersion: ParseVersion;
  /** Undefined where the publisher has no release for the platform. */
  readonly release: (platform: Platform) => Release | undefined;
  readonly build: Build;
}

const versions = {
  ...{ pulumi: "3.259.0", kops: "1.35.0", k6: "1.8.1", kubernetes: "1.35.4", etcd: "3.6.16" },
  actionlint: "1.7.12",
};
const [kubernetesMajor = "", kubernetesMinor = ""] = versions.kubernetes.split(".");

/** etcd, the control plane and kubectl are one binary when built, called by different names. */
const kubernetesBuild: Build = {
  module: "kubernetes",
  version: `${versions.kubernetes}-etcd-${versions.etcd}`,
  target: ".",
  variables: {
    "k8s.io/component-base/version.gitVersion": `v${versions.kubernetes}`,
    "k8s.io/component-base/version.gitMajor": kubernetesMajor,
    "k8s.io/component-base/version.gitMinor": kubernetesMinor,
    "k8s.io/component-base/version.gitTreeState": "clean",
  },
  cpuMinutes: 14,
};

function kubernetesRelease(name: string, { os, arch }: Platform): Release {
  const url = `https://dl.k8s.io/release/v${versions.kubernetes}/bin/${os}/${arch}/${name}`;
  return { url, checksumsUrl: `${url}.sha256` };
}

/** A part of the lab's control plane; its publisher releases it for Linux only. */
function controlPlane(name: ToolName): Pin {
  return {
    name,
    version: versions.kubernetes,
    accepted: `~${versions.kubernetes}`,
    versionArgs: ["--version"],
    parseVersion: parseKubernetes,
    release: (platform) => (platform.os === "linux" ? kubernetesRelease(name, platform) : undefined),
    build: kubernetesBuild,
  };
}

const pulumi: Pin = {
  name: "pulumi",
  version: versions.pulumi,
  accepted: `^${versions.pulumi}`,
  versionArgs: ["version"],
  parseVersion: parsePulumi,
  release: ({ os, arch }) => {
    const base = "https://get.pulumi.com/releases/sdk";
    return {
      url: `${base}/pulumi-v${versions.pulumi}-${os}-${arch === "amd64" ? "x64" : arch}.tar.gz`,
      checksumsUrl: `${base}/pulumi-${versions.pulumi}-checksums.txt`,
      member: "pulumi/pulumi",
    };
  },
  build: {
    module: "pulumi",
    version: versions.pulumi,
    target: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${versions.pulumi}` },
    cpuMinutes: 10,
  },
};

const kops: Pin = {
  name: "kops",
  version: versions.kops,
  // A kops of another minor version upgrades to other defaults.
  accepted: `~${versions.kops}`,
  versionArgs: ["version", "--short"],
  parseVersion: parseKops,
  release: ({ os, arch }) => {
    const url = `https://github.com/kubernetes/kops/releases/download/v${versions.kops}/kops-${os}-${arch}`;
    return { url, checksumsUrl: `${url}.sha256` };
  },
  build: {
    module: "kops",
    version: versions.kops,
    target: "k8s.io/kops/cmd/kops",
    variables: { "k8s.io/kops.Version": versions.kops },
    cpuMinutes: 16,
  },
};

const k6: Pin = {
  name: "k6",
  version: versions.k6,
  accepted: `^${versions.k6}`,
  versionArgs: ["version"],
  parseVersion: parseK6,
  release: ({ os, arch }) => {
    const base = `https://github.com/grafana/k6/releases/download/v${versions.k6}`;
    const folder = `k6-v${versions.k6}-${os === "darwin" ? "macos" : os}-${arch}`;
    return {
      url: `${base}/${folder}.${os === "darwin" ? "zip" : "tar.gz"}`,
      checksumsUrl: `${base}/k6-v${versions.k6}-checksums.txt`,
      member: `${folder}/k6`,
    };
  },
  build: { module: "k6", version: versions.k6, target: "go.k6.io/k6", variables: {}, cpuMinutes: 3 },
};

const etcd: Pin = {
  name: "etcd",
  version: versions.etcd,
  accepted: `~${versions.etcd}`,
  versionArgs: ["--version"],
  parseVersion: parseEtcd,
  release: ({ os, arch }) => {
    const base = `https://github.com/etcd-io/etcd/releases/download/v${versions.etcd}`;
    const folder = `etcd-v${versions.etcd}-${os}-${arch}`;
    return {
      url: `${base}/${folder}.${os === "darwin" ? "zip" : "tar.gz"}`,
      checksumsUrl: `${base}/SHA256SUMS`,
      member: `${folder}/etcd`,
    };
  },
  build: kubernetesBuild,
};

const kubectl: Pin = {
  name: "kubectl",
  version: versions.kubernetes,
  // kubectl supports API servers from one minor version older to one newer.
  accepted: ">=1.34.0-0 <1.37.0-0",
  versionArgs: ["version", "--client", "-o", "json"],
  parseVersion: parseKubectl,
  release: (platform) => kubernetesRelease("kubectl", platform),
  build: kubernetesBuild,
};

/** Checks the workflows in .github; another version knows other mistakes. */
const actionlint: Pin = {
  name: "actionlint",
  version: versions.actionlint,
  accepted: `~${versions.actionlint}`,
  versionArgs: ["-version"],
  parseVersion: parseActionlint,
  release: ({ os, arch }) => {
    const base = `https://github.com/rhysd/actionlint/releases/download/v${versions.actionlint}`;
    return {
      url: `${base}/actionlint_${versions.actionlint}_${os}_${arch}.tar.gz`,
      checksumsUrl: `${base}/actionlint_${versions.actionlint}_checksums.txt`,
      member: "actionlint",
    };
  },
  build: {
    module: "actionlint",
    version: versions.actionlint,
    target: "github.com/rhysd/actionlint/cmd/actionlint",
    variables: { "github.com/rhysd/actionlint.version": versions.actionlint },
    cpuMinutes: 1,
  },
};

/** Every tool, in the order in which they are looked for. */
export const pins: readonly Pin[] = [
  k6,
  etcd,
  controlPlane("kube-apiserver"),
  controlPlane("kube-controller-manager"),
  controlPlane("kube-scheduler"),
  kubectl,
  actionlint,
  pulumi,
  kops,
];
