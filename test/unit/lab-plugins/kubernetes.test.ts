import { describe, expect, test } from "@jest/globals";
import { waitSeconds } from "../../../lab/plugins/kubernetes/await.ts";
import { decodeYaml } from "../../../lab/plugins/kubernetes/decode.ts";
import { connectionOf, loadKubeconfig } from "../../../lab/plugins/kubernetes/kubeconfig.ts";
import { isNamespaced, merge } from "../../../lab/plugins/kubernetes/objects.ts";
import { KubernetesProvider } from "../../../lab/plugins/kubernetes/provider.ts";
import { silentLog } from "../../../lab/plugins/provider/engine.ts";
import { UNKNOWN, type Props } from "../../../lab/plugins/provider/values.ts";

const kubeconfig = (server = "https://127.0.0.1:6443", user = "{ token: t }"): string => `
apiVersion: v1
kind: Config
current-context: a
contexts:
  - { name: a, context: { cluster: c, user: u, namespace: team } }
clusters:
  - name: c
    cluster: { server: "${server}", certificate-authority-data: ${Buffer.from("CA").toString("base64")}, tls-server-name: api.internal.x }
users:
  - { name: u, user: ${user} }
`;

describe("a kubeconfig", () => {
  test("says where the cluster is, whose certificate it has, and who one is", () => {
    expect(connectionOf(kubeconfig(), {})).toEqual({
      server: "https://127.0.0.1:6443",
      namespace: "team",
      ca: "CA",
      serverName: "api.internal.x",
      insecure: false,
      token: "t",
    });
  });

  test("yields to the provider's own namespace and context", () => {
    expect(connectionOf(kubeconfig(), { namespace: "other" }).namespace).toBe("other");
    expect(() => connectionOf(kubeconfig(), { context: "b" })).toThrow(/no context named "b"/);
  });

  test("with another way of authentication is refused by its name", () => {
    expect(() => connectionOf(kubeconfig("https://x", "{ exec: { command: aws } }"), {})).toThrow(/"exec"/);
  });

  test("may be given as contents; a path that leads nowhere is an error that says what to do", () => {
    expect(loadKubeconfig(kubeconfig(), {})).toBe(kubeconfig());
    expect(() => loadKubeconfig("/no/such/file", {})).toThrow(/\/no\/such\/file.*set kubeconfig/);
    expect(() => loadKubeconfig(undefined, { KUBECONFIG: "/no/such/either" })).toThrow(/either/);
  });
});

describe("the provider's settings", () => {
  const provider = new KubernetesProvider({});
  const replaced = (before: Props, after: Props): string[] =>
    (provider.diffConfig(before, after).changes ?? [])
      .filter(({ replace }) => replace)
      .map(({ path }) => path.join("."));

  test("another server replaces, another user of the same one does not", () => {
    const before = { kubeconfig: kubeconfig() };
    expect(replaced(before, { kubeconfig: kubeconfig("https://10.0.0.1") })).toEqual(["kubeconfig"]);
    expect(replaced(before, { kubeconfig: kubeconfig(undefined, "{ token: other }") })).toEqual([]);
    expect(replaced(before, { kubeconfig: UNKNOWN })).toEqual([]);
  });

  test("with a cluster identifier only that counts", () => {
    const before = { kubeconfig: kubeconfig(), clusterIdentifier: "a" };
    expect(replaced(before, { kubeconfig: kubeconfig("https://10.0.0.1"), clusterIdentifier: "a" })).toEqual([]);
    expect(replaced(before, { kubeconfig: kubeconfig(), clusterIdentifier: "b" })).toEqual(["clusterIdentifier"]);
  });
});

const signal = new AbortController().signal;
const call = (inputs: Props) => ({
  urn: "u",
  type: "kubernetes:x",
  name: "Web",
  log: silentLog,
  signal,
  timeoutSeconds: 0,
  inputs,
});
const of = (apiVersion: string, kind: string, more: Props = {}): Props => ({ apiVersion, kind, ...more });

describe("check", () => {
  const provider = new KubernetesProvider({});
  provider.configure({ kubeconfig: kubeconfig() });

  test("names an object without a name, puts it into the namespace, and keeps both", () => {
    const { inputs } = provider.check({ ...call(of("apps/v1", "Deployment")), oldInputs: undefined });
    expect(inputs["metadata"]).toEqual({
      name: expect.stringMatching(/^web-[a-z0-9]{8}$/),
      namespace: "team",
      annotations: { "pulumi.com/autonamed": "true" },
    });
    expect(provider.check({ ...call(of("apps/v1", "Deployment")), oldInputs: inputs }).inputs).toEqual(inputs);
  });

  test("leaves a given name and namespace, a cluster's object and a name prefix alone", () => {
    const given = of("v1", "ConfigMap", { metadata: { name: "n", namespace: "m" } });
    const namespace = of("v1", "Namespace", { metadata: { name: "n" } });
    const prefix = of("batch/v1", "Job", { metadata: { generateName: "j-", namespace: "m" } });
    for (const inputs of [given, namespace, prefix]) {
      expect(provider.check({ ...call(inputs), oldInputs: undefined }).inputs).toEqual(inputs);
    }
  });

  test("makes the data of a Secret secret", () => {
    const inputs = of("v1", "Secret", { metadata: { name: "s", namespace: "m" }, stringData: { a: "b" } });
    expect(provider.check({ ...call(inputs), oldInputs: undefined }).secrets).toEqual([["data"], ["stringData"]]);
  });
});

describe("diff", () => {
  const provider = new KubernetesProvider({});
  const metadata = { name: "n", namespace: "m" };
  const diff = (oldInputs: Props, inputs: Props) => {
    const { changes, deleteBeforeReplace } = provider.diff({
      ...call(inputs),
      id: "m/n",
      oldInputs,
      outputs: oldInputs,
    });
    return { replace: changes.some((change) => change.replace), first: deleteBeforeReplace };
  };

  test("a new selector replaces a Deployment, and the old one must go first", () => {
    const before = of("apps/v1", "Deployment", {
      metadata,
      spec: { selector: { matchLabels: { a: "1" } }, replicas: 1 },
    });
    const after = merge(before, { spec: { selector: { matchLabels: { a: "2" } } } });
    expect(diff(before, after)).toEqual({ replace: true, first: true });
    expect(diff(before, merge(before, { spec: { replicas: 2 } }))).toEqual({ replace: false, first: false });
  });

  test("a new name or namespace replaces; both can exist at once", () => {
    const before = of("v1", "Service", { metadata, spec: {} });
    expect(diff(before, merge(before, { metadata: { name: "o" } }))).toEqual({ replace: true, first: false });
    expect(diff(before, merge(before, { metadata: { namespace: "o" } }))).toEqual({ replace: true, first: false });
  });

  test("an object that the plugin named can stand beside its replacement", () => {
    const named = { ...metadata, annotations: { "pulumi.com/autonamed": "true" } };
    const before = of("v1", "ConfigMap", { metadata: named, data: { a: "1" } });
    expect(diff(before, merge(before, { data: { a: "2" } }))).toEqual({ replace: true, first: false });
  });

  test("data of a ConfigMap replaces it, unless it is to be changed in place", () => {
    const before = of("v1", "ConfigMap", { metadata, data: { a: "1" } });
    const after = merge(before, { data: { a: "2" } });
    expect(diff(before, after).replace).toBe(true);
    provider.configure({ enableConfigMapMutable: "true" });
    expect(diff(before, after).replace).toBe(false);
  });
});

test("custom resources are of a scope that only the cluster knows", () => {
  expect(isNamespaced(of("example.com/v1", "Thing"))).toBeUndefined();
  expect(isNamespaced(of("apps/v1", "Deployment"))).toBe(true);
  expect(isNamespaced(of("rbac.authorization.k8s.io/v1", "ClusterRole"))).toBe(false);
});

test("how long to wait: customTimeouts, else the annotation, else ten minutes", () => {
  const annotated = { metadata: { annotations: { "pulumi.com/timeoutSeconds": "20" } } };
  expect([waitSeconds(annotated, 5), waitSeconds(annotated, 0), waitSeconds({}, 0)]).toEqual([5, 20, 600]);
});

describe("decoding manifests", () => {
  test("leaves out empty documents, opens lists and puts objects into a namespace", () => {
    const text = `
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: a } }
  - { apiVersion: v1, kind: Namespace, metadata: { name: b } }
---
---
# nothing
---
{ apiVersion: v1, kind: Service, metadata: { name: c, namespace: own } }
`;
    expect(decodeYaml(text, "team")).toEqual([
      of("v1", "ConfigMap", { metadata: { name: "a", namespace: "team" } }),
      of("v1", "Namespace", { metadata: { name: "b" } }),
      of("v1", "Service", { metadata: { name: "c", namespace: "own" } }),
    ]);
  });

  test("says where a manifest is broken", () => {
    expect(() => decodeYaml("a: [1", undefined)).toThrow(/not valid YAML.*line 1/);
  });
});
