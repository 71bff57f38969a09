import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { gzipSync } from "node:zlib";
import { readBootConfig, roleFolder } from "../../../lab/nodes/bootstrap.ts";
import { nodeObject, parseTaint } from "../../../lab/nodes/node-object.ts";
import { ConfigMismatch, hashOf, readNodeupConfig } from "../../../lab/nodes/nodeup.ts";

const yaml = [
  "CloudProvider: aws",
  "ConfigBase: s3://store/c.example.com",
  "InstanceGroupName: control-plane-us-east-1a",
  "InstanceGroupRole: ControlPlane",
  "NodeupConfigHash: 9P/HzOdGoICYNXE9o5RHHSvzIjrvZ9hKjOKkV0EvzWg=",
].join("\n");
const expected = {
  ConfigBase: "s3://store/c.example.com",
  InstanceGroupName: "control-plane-us-east-1a",
  InstanceGroupRole: "ControlPlane",
  NodeupConfigHash: "9P/HzOdGoICYNXE9o5RHHSvzIjrvZ9hKjOKkV0EvzWg=",
};
const script = `#!/bin/bash\ncat > conf/kube_env.yaml << '__EOF_KUBE_ENV'\n${yaml}\n\n__EOF_KUBE_ENV\ndownload-release\n`;

test("the boot configuration is found in a script, in a MIME message, and gzipped", () => {
  expect(readBootConfig(script)).toEqual(expected);
  const mime = `Content-Type: multipart/mixed; boundary="B"\r\nMIME-Version: 1.0\r\n\r\n--B\r\n\r\n${script}\r\n--B--\r\n`;
  expect(readBootConfig(mime)).toEqual(expected);
  const packed = gzipSync(yaml).toString("base64");
  expect(readBootConfig(`echo "${packed}" | base64 -d | gzip -d > conf/kube_env.yaml\n`)).toEqual(expected);
});

test("user data without a bootstrap is refused", () => {
  expect(() => readBootConfig("#!/bin/bash\necho hello")).toThrow("no kops bootstrap");
});

test("roles have the folders that kops gives them", () => {
  expect(["ControlPlane", "Node", "APIServer"].map(roleFolder)).toEqual(["control-plane", "node", "apiserver"]);
});

test("a configuration is read when it is the launch template's, and refused when it is not", async () => {
  const content = "KubernetesVersion: 1.34.3\nKubeletConfig: {}\n";
  const location = "s3://store/c.example.com/igconfig/control-plane/control-plane-us-east-1a/nodeupconfig.yaml";
  const store = { read: (asked: string) => Promise.resolve(asked === location ? content : undefined) };
  const read = (NodeupConfigHash: string) =>
    readNodeupConfig(store, "s3://store/c.example.com", { ...expected, NodeupConfigHash });
  expect((await read(hashOf(content))).KubernetesVersion).toBe("1.34.3");
  await expect(read(hashOf("another"))).rejects.toThrow(ConfigMismatch);
  await expect(
    readNodeupConfig(store, "s3://store/c.example.com", { ...expected, InstanceGroupName: "gone" }),
  ).rejects.toThrow("no such file");
});

test("the hash is the one that kops writes into user data", () => {
  // sha256 of the empty string, in base64
  expect(hashOf("")).toBe("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
});

test("taints are read as a kubelet reads them", () => {
  const token = fc.stringMatching(/^[a-z][a-z0-9./-]{0,20}$/);
  const effect = fc.constantFrom("NoSchedule", "PreferNoSchedule", "NoExecute");
  fc.assert(
    fc.property(token, fc.option(token, { nil: undefined }), effect, (key, value, effect) => {
      const text = `${key}${value === undefined ? "" : `=${value}`}:${effect}`;
      expect(parseTaint(text)).toEqual({ key, effect, ...(value === undefined ? {} : { value }) });
    }),
  );
  expect(parseTaint("a/b=:NoSchedule")).toEqual({ key: "a/b", effect: "NoSchedule" });
  expect(() => parseTaint("nonsense")).toThrow("KEY=VALUE:EFFECT");
});

test("a node carries what kubelet, cloud controller and kops-controller say of it", () => {
  const instance = {
    id: "i-1",
    zone: "eu-central-1b",
    type: "m6g.large",
    privateIp: "10.0.1.2",
    privateDnsName: "ip-10-0-1-2.ec2.internal",
    architecture: "arm64",
    tags: { "kops.k8s.io/instancegroup": "nodes-b" },
  };
  const config = { KubernetesVersion: "1.35.0", KubeletConfig: { taints: ["dedicated=db:NoExecute"], maxPods: 20 } };
  const node = nodeObject(instance, config, { cpus: 2, memoryMiB: 8192 }, new Date(0));
  expect(node.metadata?.labels).toMatchObject({
    "kubernetes.io/arch": "arm64",
    "kubernetes.io/hostname": "i-1",
    "topology.kubernetes.io/region": "eu-central-1",
    "topology.kubernetes.io/zone": "eu-central-1b",
    "node.kubernetes.io/instance-type": "m6g.large",
    "kops.k8s.io/instancegroup": "nodes-b",
  });
  expect(node.spec).toEqual({
    providerID: "aws:///eu-central-1b/i-1",
    taints: [{ key: "dedicated", value: "db", effect: "NoExecute" }],
  });
  expect(node.status?.capacity).toMatchObject({ cpu: "2", memory: "8388608Ki", pods: "20" });
  expect(node.status?.nodeInfo?.kubeletVersion).toBe("v1.35.0");
  expect(node.status?.conditions?.find(({ type }) => type === "Ready")?.status).toBe("True");
});
