import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { existsSync } from "node:fs";
import { findImage, repositoryOf } from "../../../lab/pods/images.ts";

test("registry, tag and digest do not matter", () => {
  const segment = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/);
  const host = fc.constantFrom("", "registry.k8s.io/", "localhost:5000/", "127.0.0.1:99/", "localhost/");
  const tag = fc.constantFrom("", ":v1.2.3", "@sha256:abc", ":1@sha256:abc");
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 3 }), host, tag, (path, host, tag) => {
      fc.pre(path[0] !== "localhost");
      expect(repositoryOf(`${host}${path.join("/")}${tag}`)).toBe(path.join("/"));
    }),
  );
});

test("agnhost is a process, what kops installs needs none, anything else is unknown", () => {
  const agnhost = findImage("registry.k8s.io/e2e-test-images/agnhost:2.53");
  expect(agnhost).toMatchObject({ kind: "process" });
  expect(agnhost?.kind === "process" && existsSync(agnhost.script)).toBe(true);
  for (const image of [
    "registry.k8s.io/kube-apiserver:v1.35.0",
    "mirror.example.com:5000/proxy/coredns/coredns:v1.13.2",
    "ghcr.io/flannel-io/flannel:v0.27.4",
    "quay.io/calico/node:v3.31.0",
  ])
    expect(findImage(image)).toEqual({ kind: "none" });
  for (const image of ["nginx", "example.com/team/node:1", "example.com/not-coredns:1"])
    expect(findImage(image)).toBeUndefined();
});
