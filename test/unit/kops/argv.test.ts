import { describe, expect, test } from "@jest/globals";
import * as argv from "../../../kops/argv.ts";

const call = { clusterName: "mirror.example.com", stateStore: "s3://store" };
const roll = {
  controlPlaneInterval: "15s",
  nodeInterval: "10m",
  postDrainDelay: "5s",
  validationTimeout: "15m",
  drainTimeout: "20m",
  validateCount: 2,
};

test("a whole roll of the nodes, with everything that can be said", () => {
  const full = { ...call, apiServer: "https://127.0.0.1:6443", verbosity: 10 };
  expect(
    argv.rollingUpdateArgv(full, {
      ...roll,
      yes: true,
      roles: argv.nodeRoles,
      instanceGroups: ["a", "b"],
      force: true,
    }),
  ).toEqual([
    "rolling-update",
    "cluster",
    "--name=mirror.example.com",
    "--yes",
    "--instance-group-roles=node,bastion",
    "--instance-group=a,b",
    "--control-plane-interval=15s",
    "--node-interval=10m",
    "--post-drain-delay=5s",
    "--validation-timeout=15m",
    "--drain-timeout=20m",
    "--validate-count=2",
    "--force",
    "--api-server=https://127.0.0.1:6443",
    "--state=s3://store",
    "--v=10",
  ]);
});

test("a dry run says neither --yes nor --force", () => {
  expect(argv.rollingUpdateArgv(call, roll)).not.toEqual(expect.arrayContaining([expect.stringMatching(/yes|force/)]));
  expect(argv.updateArgv(call)).toEqual([
    "update",
    "cluster",
    "--name=mirror.example.com",
    "--create-kube-config=false",
    "--state=s3://store",
  ]);
  expect(argv.deleteArgv(call)).not.toContain("--yes");
});

test("the staged upgrade's updates", () => {
  expect(argv.updateArgv(call, { yes: true, roles: argv.controlPlaneRoles })).toContain(
    "--instance-group-roles=control-plane,apiserver",
  );
  expect(argv.updateArgv(call, { yes: true, prune: true })).toContain("--prune");
  expect(argv.updateArgv(call, { ignoreKubeletVersionSkew: true })).toContain("--ignore-kubelet-version-skew");
  expect(argv.updateArgv(call, { yes: true, admin: "18h0m0s" })).toContain("--admin=18h0m0s");
  expect(argv.updateArgv(call, { yes: true, admin: "18h0m0s" })).not.toContain("--create-kube-config=false");
  expect(argv.updateArgv(call, { lifecycleOverrides: ["SecurityGroup=Ignore"] })).toContain(
    "--lifecycle-overrides=SecurityGroup=Ignore",
  );
});

describe("the other commands", () => {
  const withApi = { ...call, apiServer: "https://h:1", verbosity: 2 };
  test.each([
    [argv.replaceArgv(withApi, "m.yaml"), "replace --force --filename m.yaml --state=s3://store --v=2"],
    [
      argv.createSshPublicKeyArgv(withApi, "k.pub"),
      "create sshpublickey --name=mirror.example.com --ssh-public-key k.pub --state=s3://store",
    ],
    [
      argv.validateArgv(withApi, { wait: "10m", count: 2, interval: "5s" }),
      "validate cluster --name=mirror.example.com --output=json --wait=10m --count=2 --interval=5s --api-server=https://h:1 --state=s3://store --v=2",
    ],
    [argv.getAllArgv(call), "get all --name=mirror.example.com --output=yaml --state=s3://store"],
    [argv.getClusterArgv(call), "get clusters --name=mirror.example.com --output=json --state=s3://store"],
    [
      argv.getInstancesArgv(withApi),
      "get instances --name=mirror.example.com --output=json --api-server=https://h:1 --state=s3://store --v=2",
    ],
    [
      argv.exportKubeconfigArgv(withApi, "kc", "1h0m0s"),
      "export kubeconfig --name=mirror.example.com --admin=1h0m0s --kubeconfig=kc --api-server=https://h:1 --state=s3://store --v=2",
    ],
    [
      argv.deleteArgv(withApi, { yes: true, wait: "20m", interval: "5s" }),
      "delete cluster --name=mirror.example.com --yes --wait=20m --interval=5s --state=s3://store --v=2",
    ],
  ])("%j", (actual, expected) => {
    expect(actual.join(" ")).toBe(expected);
  });
});
