import { describe, expect, test } from "@jest/globals";
import { checklist, type ChecklistInput, type SystemPod } from "../../../rehearsal/checklist.ts";

const control = ["i-cp1", "i-cp2", "i-cp3"];
const workers = ["i-n1", "i-n2"];

function pod(name: string, node: string, labels: Record<string, string> = {}): SystemPod {
  return { name, node, phase: "Running", ready: true, labels };
}

/** kube-system as kops 1.35 makes it with flannel. */
function sound(): ChecklistInput {
  const each = [
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "etcd-manager-main",
    "etcd-manager-events",
    "kops-controller",
    "aws-cloud-controller-manager",
  ];
  const everywhere = [...control, ...workers];
  return {
    nodes: everywhere.map((name) => ({ name, controlPlane: control.includes(name), ready: true })),
    pods: [
      ...control.flatMap((node) => each.map((name) => pod(`${name}-${node}`, node))),
      ...everywhere.map((node) => pod(`kube-proxy-${node}`, node, { "k8s-app": "kube-proxy" })),
      ...everywhere.map((node, index) => pod(`kube-flannel-ds-x${index}`, node, { app: "flannel" })),
      pod("coredns-6c8944dbdc-7xk2p", "i-n1", { "k8s-app": "kube-dns" }),
      pod("coredns-6c8944dbdc-ab12c", "i-n2", { "k8s-app": "kube-dns" }),
      pod("coredns-autoscaler-5b7d-9m", "i-n1", { "k8s-app": "coredns-autoscaler" }),
      pod("dns-controller-8d8889c4b-q", "i-cp1", { "k8s-app": "dns-controller" }),
    ],
    networking: "flannel",
    dns: true,
  };
}
const failing = (input: ChecklistInput): string[] => checklist(input).flatMap(({ name, ok }) => (ok ? [] : [name]));

describe("the checklist of kube-system", () => {
  test("has every component of the article and passes for a sound cluster", () => {
    const items = checklist(sound());
    expect(items.filter(({ ok }) => !ok)).toEqual([]);
    expect(items.map(({ name }) => name)).toEqual([
      "nodes",
      "kube-flannel-ds",
      "coredns (kube-dns)",
      "coredns-autoscaler",
      "dns-controller",
      "kube-apiserver",
      "kube-controller-manager",
      "kube-scheduler",
      "kube-proxy",
      "etcd-manager-main",
      "etcd-manager-events",
      "kops-controller",
      "aws-cloud-controller-manager",
      "kube-system",
    ]);
  });

  test.each([
    ["kube-apiserver-i-cp2", "kube-apiserver", "i-cp2"],
    ["etcd-manager-events-i-cp3", "etcd-manager-events", "i-cp3"],
    ["kube-proxy-i-n2", "kube-proxy", "i-n2"],
    ["kube-flannel-ds-x4", "kube-flannel-ds", "i-n2"],
    ["kops-controller-i-cp1", "kops-controller", "i-cp1"],
  ])("without %s", (name, check, node) => {
    const input = sound();
    const without = { ...input, pods: input.pods.filter((one) => one.name !== name) };
    expect(failing(without)).toEqual([check]);
    expect(checklist(without).find((item) => item.name === check)?.detail).toContain(node);
  });

  test("a pod that is not ready fails its component and kube-system, by name", () => {
    const input = sound();
    const pods = input.pods.map((one) => (one.name.endsWith("7xk2p") ? { ...one, ready: false } : one));
    expect(failing({ ...input, pods })).toEqual(["coredns (kube-dns)", "kube-system"]);
    const detail = checklist({ ...input, pods }).find(({ name }) => name === "kube-system")?.detail;
    expect(detail).toContain("coredns-6c8944dbdc-7xk2p (Running, not ready)");
  });

  test("a failing pod of something else is found", () => {
    const input = sound();
    const pods = [...input.pods, { ...pod("metrics-server-1", "i-n1"), phase: "Failed", ready: false }];
    expect(failing({ ...input, pods })).toEqual(["kube-system"]);
  });

  test("finished jobs are no fault; dns-controller is not asked for without DNS; Cilium can replace kube-proxy", () => {
    const input = sound();
    const done = { ...pod("job-1", "i-n1"), phase: "Succeeded", ready: false };
    expect(failing({ ...input, pods: [...input.pods, done] })).toEqual([]);
    const withoutDns = input.pods.filter(({ name }) => !name.startsWith("dns-controller"));
    expect(failing({ ...input, pods: withoutDns })).toEqual(["dns-controller"]);
    expect(failing({ ...input, pods: withoutDns, dns: false })).toEqual([]);
    const cilium = input.pods
      .filter(({ name }) => !name.startsWith("kube-proxy"))
      .map((one) => ({ ...one, name: one.name.replace("kube-flannel-ds-", "cilium-") }));
    expect(failing({ ...input, pods: cilium, networking: "cilium" })).toEqual([]);
  });

  test("an empty cluster fails everything but the search for failing pods", () => {
    const items = checklist({ ...sound(), pods: [], nodes: [] });
    expect(items.filter(({ ok }) => ok).map(({ name }) => name)).toEqual(["kube-system"]);
  });
});
