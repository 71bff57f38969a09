import { expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { readChannel, readManifest } from "../../../lab/nodes/addon-channel.ts";
import { mirrorPod, staticPodsOf } from "../../../lab/nodes/static-pods.ts";

test("a channel names the manifests beside it that fit the version", () => {
  const addons = [
    { name: "dns", id: "k8s-1.12", manifest: "dns/k8s.yaml", manifestHash: "abc" },
    { name: "old", manifest: "old.yaml", kubernetesVersion: "<1.20.0" },
    { name: "new", manifest: "s3://elsewhere/new.yaml", kubernetesVersion: ">=1.30.0" },
  ];
  const channel = stringify({ kind: "Addons", metadata: { name: "bootstrap" }, spec: { addons } });
  expect(readChannel(channel, "s3://store/c/addons/bootstrap-channel.yaml", "v1.34.3")).toEqual([
    { name: "dns", location: "s3://store/c/addons/dns/k8s.yaml", revision: "k8s-1.12/dns/k8s.yaml/abc" },
    { name: "new", location: "s3://elsewhere/new.yaml", revision: "/s3://elsewhere/new.yaml/" },
  ]);
});

test("a manifest's namespaces come first and empty documents are left out", () => {
  const manifest = ["ConfigMap a", "Namespace b", "Service c"]
    .map((entry) => entry.split(" "))
    .map(([kind, name]) => stringify({ apiVersion: "v1", kind, metadata: { name } }))
    .join("---\n");
  expect(readManifest(`${manifest}---\n# nothing here\n`).map(({ kind }) => kind)).toEqual([
    "Namespace",
    "ConfigMap",
    "Service",
  ]);
});

test("a control-plane node has the static pods of its configuration, with the health check in the API server's", async () => {
  const files: Record<string, string> = {
    "s3://s/etcd.yaml": stringify({
      metadata: { name: "etcd-manager-main", labels: { "k8s-app": "etcd-manager-main" } },
      spec: {
        containers: [{ name: "etcd-manager", image: "etcd-manager-slim:v3", volumeMounts: [{ name: "x" }] }],
        volumes: [{ name: "x", image: { reference: "etcd" } }],
      },
    }),
    "s3://s/c/manifests/static/h.yaml": stringify({ spec: { containers: [{ name: "healthcheck", image: "h:1" }] } }),
  };
  const pods = await staticPodsOf(
    {
      KubernetesVersion: "1.35.0",
      KubeletConfig: {},
      KubeProxy: { image: "kube-proxy:v1.35.0", enabled: false },
      APIServerConfig: { KubeAPIServer: { image: "kube-apiserver:v1.35.0" } },
      ControlPlaneConfig: { KubeScheduler: { image: "kube-scheduler:v1.35.0" } },
      etcdManifests: ["s3://s/etcd.yaml"],
      staticManifests: [{ key: "kube-apiserver-healthcheck", path: "manifests/static/h.yaml" }],
    },
    { read: (location) => Promise.resolve(files[location]) },
    "s3://s/c",
  );
  const images = pods.map(({ name, containers }) => [name, ...containers.map(({ image }) => image)]);
  expect(images).toEqual([
    ["kube-apiserver", "kube-apiserver:v1.35.0", "h:1"],
    ["kube-scheduler", "kube-scheduler:v1.35.0"],
    ["etcd-manager-main", "etcd-manager-slim:v3"],
  ]);
  const mirror = mirrorPod(pods[2] as (typeof pods)[number], { name: "i-1", uid: "u" });
  expect(mirror.metadata?.name).toBe("etcd-manager-main-i-1");
  expect(mirror.metadata?.annotations?.["kubernetes.io/config.mirror"]).toMatch(/^[0-9a-f]{32}$/);
  expect(mirror.spec?.volumes).toBeUndefined();
});

test("a static manifest that is not there is an error that names it", async () => {
  const config = { KubernetesVersion: "1.35.0", KubeletConfig: {}, etcdManifests: ["s3://s/etcd.yaml"] };
  await expect(staticPodsOf(config, { read: () => Promise.resolve(undefined) }, "s3://s/c")).rejects.toThrow(
    "s3://s/etcd.yaml",
  );
});
