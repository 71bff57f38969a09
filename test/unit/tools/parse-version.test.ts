import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  parseEtcd,
  parseK6,
  parseKops,
  parseKubectl,
  parseKubernetes,
  parsePulumi,
} from "../../../tools/parse-version.ts";
import type { ParseVersion } from "../../../tools/parse-version.ts";

const kubectlJson = (version: string): string =>
  JSON.stringify(
    { clientVersion: { major: "1", minor: "35", gitVersion: version }, kustomizeVersion: "v5.7.1" },
    null,
    2,
  );

/** What each tool prints for a version. */
const outputs: [string, ParseVersion, (version: string) => string][] = [
  ["pulumi", parsePulumi, (version) => `v${version}\n`],
  ["kops", parseKops, (version) => `${version}\n`],
  ["older kops", parseKops, (version) => `Version ${version} (git-8d2a9c2)\n`],
  ["kops without --short", parseKops, (version) => `Client version: ${version}\n`],
  ["k6", parseK6, (version) => `k6 v${version} (go1.26.8, linux/amd64)\n`],
  ["k6 release", parseK6, (version) => `k6 v${version} (commit/0123abc, go1.24.1, linux/amd64)\nExtensions:\n`],
  ["kube-apiserver", parseKubernetes, (version) => `Kubernetes v${version}\n`],
  ["etcd", parseEtcd, (version) => `etcd Version: ${version}\nGit SHA: 0123abc\nGo Version: go1.26.8\n`],
  ["kubectl", parseKubectl, (version) => kubectlJson(`v${version}`)],
];

describe.each(outputs)("%s", (_name, parse, output) => {
  test("its version is read back from its output", () => {
    const part = fc.nat({ max: 5000 });
    const suffix = fc.constantFrom("", "-rc.1", "-dispatcher", "-alpha.2.13");
    fc.assert(
      fc.property(fc.tuple(part, part, part), suffix, (numbers, end) => {
        const version = `${numbers.join(".")}${end}`;
        expect(parse(output(version))).toBe(version);
      }),
    );
  });

  test("what is no version output gives none", () => {
    const texts = fc.string().filter((text) => !/\d+\.\d+\.\d+/.test(text));
    fc.assert(fc.property(texts, (text) => expect(parse(text)).toBeUndefined()));
    expect(parse("command not found")).toBeUndefined();
  });
});

test("build metadata is not part of the version", () => {
  expect(parseKubernetes("Kubernetes v1.35.4+k3s1\n")).toBe("1.35.4");
});

test("a warning before the version does not hide it", () => {
  expect(parsePulumi("warning: A new version of Pulumi is available\nv3.260.1\n")).toBe("3.260.1");
});

test("kubectl's own version is taken, not kustomize's or the server's", () => {
  const output = JSON.stringify({
    kustomizeVersion: "v5.5.0",
    clientVersion: { gitVersion: "v1.32.4-dispatcher" },
    serverVersion: { gitVersion: "v1.34.1" },
  });
  expect(parseKubectl(output)).toBe("1.32.4-dispatcher");
});
