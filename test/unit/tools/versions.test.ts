import { describe, expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { satisfies } from "semver";
import { buildArguments, forecastMs } from "../../../tools/build.ts";
import { toolsSource } from "../../../tools/paths.ts";
import { currentPlatform, platformName } from "../../../tools/platform.ts";
import type { Platform } from "../../../tools/platform.ts";
import { pins } from "../../../tools/versions.ts";
import type { Pin } from "../../../tools/versions.ts";

function pin(name: string): Pin {
  const found = pins.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no pin for ${name}`);
  return found;
}

const linux: Platform = { os: "linux", arch: "amd64" };
const mac: Platform = { os: "darwin", arch: "arm64" };

describe("pins", () => {
  test.each(pins.map((each) => [each.name, each] as const))("%s accepts its own version", (_name, each) => {
    expect(satisfies(each.version, each.accepted, { includePrerelease: true })).toBe(true);
  });

  test("a kops of another minor version is not accepted, nor a release candidate of the next", () => {
    const accepts = (version: string): boolean => satisfies(version, pin("kops").accepted, { includePrerelease: true });
    expect([accepts("1.35.2"), accepts("1.34.1"), accepts("1.36.0-beta.1")]).toEqual([true, false, false]);
  });

  test("kubectl may be one minor version older or newer than the API server, and a vendor's", () => {
    const accepts = (version: string): boolean =>
      satisfies(version, pin("kubectl").accepted, { includePrerelease: true });
    const versions = ["1.33.9", "1.34.0", "1.35.4-dispatcher", "1.36.3", "1.37.0-rc.0"];
    expect(versions.map(accepts)).toEqual([false, true, true, true, false]);
  });

  test("every tool has a Go module with checksums, whose version is the pinned one", async () => {
    const modules: Record<string, string> = {
      kops: "k8s.io/kops v1.35.0",
      k6: "go.k6.io/k6 v1.8.1",
      pulumi: "github.com/pulumi/pulumi/pkg/v3 v3.259.0",
      kubernetes: "k8s.io/kubernetes v1.35.4",
      actionlint: "github.com/rhysd/actionlint v1.7.12",
    };
    for (const each of pins) {
      const folder = path.join(toolsSource, "go", each.build.module);
      expect(await readFile(path.join(folder, "go.mod"), "utf8")).toContain(modules[each.build.module]);
      expect((await readFile(path.join(folder, "go.sum"), "utf8")).length).toBeGreaterThan(0);
    }
    const kubernetes = await readFile(path.join(toolsSource, "go", "kubernetes", "go.mod"), "utf8");
    expect(kubernetes).toContain(`go.etcd.io/etcd/server/v3 v${pin("etcd").version}`);
  });

  test("the pinned Pulumi CLI is the SDK's version", async () => {
    const file = path.join(toolsSource, "..", "node_modules", "@pulumi", "pulumi", "package.json");
    expect((JSON.parse(await readFile(file, "utf8")) as { version: string }).version).toBe(pin("pulumi").version);
  });
});

describe("official releases", () => {
  test("for Linux", () => {
    expect(pins.map((each) => each.release(linux)?.url)).toEqual([
      "https://github.com/grafana/k6/releases/download/v1.8.1/k6-v1.8.1-linux-amd64.tar.gz",
      "https://github.com/etcd-io/etcd/releases/download/v3.6.16/etcd-v3.6.16-linux-amd64.tar.gz",
      "https://dl.k8s.io/release/v1.35.4/bin/linux/amd64/kube-apiserver",
      "https://dl.k8s.io/release/v1.35.4/bin/linux/amd64/kube-controller-manager",
      "https://dl.k8s.io/release/v1.35.4/bin/linux/amd64/kube-scheduler",
      "https://dl.k8s.io/release/v1.35.4/bin/linux/amd64/kubectl",
      "https://github.com/rhysd/actionlint/releases/download/v1.7.12/actionlint_1.7.12_linux_amd64.tar.gz",
      "https://get.pulumi.com/releases/sdk/pulumi-v3.259.0-linux-x64.tar.gz",
      "https://github.com/kubernetes/kops/releases/download/v1.35.0/kops-linux-amd64",
    ]);
  });

  test("for macOS, where the control plane is not released", () => {
    expect(pins.map((each) => each.release(mac)?.url)).toEqual([
      "https://github.com/grafana/k6/releases/download/v1.8.1/k6-v1.8.1-macos-arm64.zip",
      "https://github.com/etcd-io/etcd/releases/download/v3.6.16/etcd-v3.6.16-darwin-arm64.zip",
      undefined,
      undefined,
      undefined,
      "https://dl.k8s.io/release/v1.35.4/bin/darwin/arm64/kubectl",
      "https://github.com/rhysd/actionlint/releases/download/v1.7.12/actionlint_1.7.12_darwin_arm64.tar.gz",
      "https://get.pulumi.com/releases/sdk/pulumi-v3.259.0-darwin-arm64.tar.gz",
      "https://github.com/kubernetes/kops/releases/download/v1.35.0/kops-darwin-arm64",
    ]);
  });

  test("their publishers' checksums", () => {
    expect(pins.map((each) => each.release(linux)?.checksumsUrl)).toEqual([
      "https://github.com/grafana/k6/releases/download/v1.8.1/k6-v1.8.1-checksums.txt",
      "https://github.com/etcd-io/etcd/releases/download/v3.6.16/SHA256SUMS",
      "https://dl.k8s.io/release/v1.35.4/bin/linux/amd64/kube-apiserver.sha256",
      "https://dl.k8s.io/release/v1.35.4/bin/linux/amd64/kube-controller-manager.sha256",
      "https://dl.k8s.io/release/v1.35.4/bin/linux/amd64/kube-scheduler.sha256",
      "https://dl.k8s.io/release/v1.35.4/bin/linux/amd64/kubectl.sha256",
      "https://github.com/rhysd/actionlint/releases/download/v1.7.12/actionlint_1.7.12_checksums.txt",
      "https://get.pulumi.com/releases/sdk/pulumi-3.259.0-checksums.txt",
      "https://github.com/kubernetes/kops/releases/download/v1.35.0/kops-linux-amd64.sha256",
    ]);
  });
});

describe("builds", () => {
  test("carry the version, need go.sum's consent and hold nothing of the machine", () => {
    expect(buildArguments(pin("kube-apiserver").build, "/out/kubernetes")).toEqual([
      "build",
      "-mod=readonly",
      "-trimpath",
      "-buildvcs=false",
      "-v",
      "-ldflags",
      "-s -w -X k8s.io/component-base/version.gitVersion=v1.35.4 -X k8s.io/component-base/version.gitMajor=1 " +
        "-X k8s.io/component-base/version.gitMinor=35 -X k8s.io/component-base/version.gitTreeState=clean",
      "-o",
      "/out/kubernetes",
      ".",
    ]);
    expect(buildArguments(pin("kops").build, "/out/kops")).toContain("-s -w -X k8s.io/kops.Version=1.35.0");
    expect(buildArguments(pin("k6").build, "/out/k6")).toContain("-s -w");
  });

  test("etcd, the control plane and kubectl are one", () => {
    const names = pins.filter((each) => each.build.module === "kubernetes").map((each) => each.name);
    expect(names).toEqual(["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"]);
  });

  test("forecast: half the CPU time on two processors", () => {
    expect(forecastMs(16, 2)).toBe(8 * 60_000);
  });
});

describe("platform", () => {
  test.each([
    ["linux", "x64", "linux-amd64"],
    ["linux", "arm64", "linux-arm64"],
    ["darwin", "x64", "darwin-amd64"],
    ["darwin", "arm64", "darwin-arm64"],
  ])("%s on %s is %s", (os, arch, name) => expect(platformName(currentPlatform(os, arch))).toBe(name));

  test("others are refused by name", () => {
    expect(() => currentPlatform("win32", "x64")).toThrow("No tools for win32/x64");
    expect(() => currentPlatform("linux", "ia32")).toThrow("No tools for linux/ia32");
  });
});
