import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { fidelityFaults, fidelitySchema, fidelityText } from "../../../analysis/fidelity.ts";
import { deriveMirror } from "../../../mirror/derive.ts";
import { example } from "../../../mirror/example-settings.ts";
import { fidelityOf, fidelityReport } from "../../../mirror/fidelity.ts";
import { inertFixtures } from "../../../mirror/fixtures.ts";
import { parseProduction } from "../../../mirror/production.ts";
import type { Production } from "../../../mirror/production.ts";
import { runningDifferences } from "../../../mirror/running.ts";
import type { Running } from "../../../mirror/running.ts";

const file = new URL("../../../examples/production.yaml", import.meta.url);
const production = parseProduction(readFileSync(file, "utf8"));
const withSpec = (spec: object): Production => ({
  ...production,
  cluster: { ...production.cluster, spec: { ...(production.cluster["spec"] as object), ...spec } },
});
const fieldsOf = (source: Production) => deriveMirror(source, example(source)).fields;

describe("fidelity", () => {
  test("counts every field once, in one class", () => {
    const report = fidelityReport(fidelityOf(fieldsOf(production)));
    expect(fidelitySchema.parse(report)).toEqual(report);
    expect(report.mirrored + report.scaled + report.replaced + report.waived + report.notMirrored).toBe(report.fields);
    expect(report).toMatchObject({ notMirrored: 0, unknown: 0, unwaived: [] });
    expect(report.mirrored).toBeGreaterThan(report.replaced);
    expect(fidelityFaults(report)).toEqual([]);
    expect(fidelityText(report)).toMatch(/^\d+ fields of production: \d+\.\d % mirrored, /);
  });

  test("faults what an upgrade changes, until somebody waives it", () => {
    const source = withSpec({
      assets: { containerRegistry: "registry.example.com" },
      egressProxy: { httpProxy: { host: "p" } },
    });
    const before = fidelityReport(fidelityOf(fieldsOf(source)));
    expect(before.unwaived.map(({ field }) => field)).toEqual([
      "spec.assets.containerRegistry",
      "spec.egressProxy.httpProxy.host",
    ]);
    // No upgrade changes a proxy.
    expect(fidelityFaults(before)).toEqual([expect.stringMatching(/^production's Cluster spec\.assets .*waive/)]);

    const waivers = [
      { field: "spec.assets", by: "ann@example.com", why: "a copy of registry.k8s.io" },
      { field: "InstanceGroup nodes spec.taints", by: "ann@example.com", why: "a typo" },
    ];
    const fidelity = fidelityOf(fieldsOf(source), waivers);
    const after = fidelityReport(fidelity);
    expect(after).toMatchObject({ waived: 1, notMirrored: 1 });
    expect(fidelityFaults(after)).toEqual([]);
    expect(fidelity.unusedWaivers).toEqual(["InstanceGroup nodes spec.taints"]);
    expect(fidelity.fields.find(({ class: name }) => name === "waived")?.why).toContain(
      "waived by ann@example.com: a copy",
    );
  });

  test("waives in one object only when told so", () => {
    const others = [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } }];
    const fields = fieldsOf({ ...production, others });
    expect(fidelityReport(fidelityOf(fields)).notMirrored).toBe(3);
    const elsewhere = [{ field: "ConfigMap b metadata", by: "x", why: "y" }];
    expect(fidelityReport(fidelityOf(fields, elsewhere))).toMatchObject({ notMirrored: 3, waived: 0 });
    const here = [{ field: "ConfigMap a metadata", by: "x", why: "y" }];
    expect(fidelityReport(fidelityOf(fields, here))).toMatchObject({ notMirrored: 2, waived: 1 });
  });
});

describe("what runs in production", () => {
  const running: Running = {
    daemonSets: [
      {
        kind: "DaemonSet",
        metadata: { name: "log-agent", namespace: "logging", annotations: { secret: "s3cr3t" }, uid: "1" },
        spec: {
          selector: { matchLabels: { app: "log" } },
          template: {
            metadata: { labels: { app: "log" } },
            spec: {
              hostNetwork: true,
              hostPID: true,
              serviceAccountName: "log-agent",
              tolerations: [{ operator: "Exists" }],
              volumes: [{ name: "host", hostPath: { path: "/" } }],
              initContainers: [{ name: "setup", image: "evil" }],
              containers: [
                {
                  name: "agent",
                  image: "logs:1",
                  env: [{ name: "TOKEN", value: "s3cr3t" }],
                  securityContext: { privileged: true },
                  ports: [{ containerPort: 80, hostPort: 80 }],
                  resources: { requests: { cpu: "100m" } },
                },
              ],
            },
          },
        },
      },
      {
        kind: "DaemonSet",
        metadata: { name: "kube-flannel", labels: { "addon.kops.k8s.io/name": "networking.flannel" } },
      },
    ],
    webhooks: [
      {
        kind: "ValidatingWebhookConfiguration",
        metadata: { name: "policy" },
        webhooks: [
          { name: "p.example.com", failurePolicy: "Fail", rules: [], clientConfig: { caBundle: "AAAA", service: {} } },
        ],
      },
    ],
    crds: [
      {
        kind: "CustomResourceDefinition",
        metadata: {
          name: "shops.example.com",
          annotations: { "api-approved.kubernetes.io": "unapproved", note: "s3cr3t" },
        },
        spec: { group: "example.com", conversion: { strategy: "Webhook", webhook: {} } },
        status: {},
      },
      { kind: "CustomResourceDefinition", metadata: { name: "ciliumnodes.cilium.io" } },
    ],
    budgets: [{ kind: "PodDisruptionBudget", metadata: { name: "web", namespace: "shop" }, spec: { minAvailable: 1 } }],
    priorityClasses: [
      { kind: "PriorityClass", metadata: { name: "system-node-critical" }, value: 2000001000 },
      { kind: "PriorityClass", metadata: { name: "high" }, value: 1000, globalDefault: true },
    ],
    nodes: [
      {
        kind: "Node",
        metadata: { name: "n", labels: { pool: "web", team: "a", "kubernetes.io/os": "linux" } },
        spec: { taints: [{ key: "gpu", value: "1", effect: "NoSchedule" }] },
      },
    ],
  };

  const source = withSpec({ networking: { cilium: {} } });
  const { manifests } = deriveMirror(source, example(source));

  test("and not in the mirror is listed; what kops or a group brings is not", () => {
    expect(runningDifferences(running, manifests).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "CustomResourceDefinition shops.example.com",
      "PriorityClass high",
      "DaemonSet logging/log-agent",
      "PodDisruptionBudget shop/web",
      "ValidatingWebhookConfiguration policy",
      "node label team=a",
      "node taint gpu=1:NoSchedule",
    ]);
    // Its network plugin is the user's own.
    const bare = withSpec({ networking: { cni: {} } });
    expect(runningDifferences(running, deriveMirror(bare, example(bare)).manifests).map(({ name }) => name)).toContain(
      "ciliumnodes.cilium.io",
    );
  });

  test("is copied without anything that acts", () => {
    const copies = inertFixtures(running, manifests);
    expect(copies.map(({ kind }) => kind)).toEqual([
      "Namespace",
      "Namespace",
      "CustomResourceDefinition",
      "PriorityClass",
      "DaemonSet",
      "PodDisruptionBudget",
      "ValidatingWebhookConfiguration",
    ]);
    expect(JSON.stringify(copies)).not.toMatch(
      /s3cr3t|host(Network|PID|Path|Port)|privileged|serviceAccountName|evil|logs:1|caBundle|AAAA|"service"|uid/,
    );
    expect(copies[4]).toMatchObject({
      spec: { template: { spec: { tolerations: [{ operator: "Exists" }], automountServiceAccountToken: false } } },
    });
    expect(copies[6]).toMatchObject({ webhooks: [{ failurePolicy: "Ignore", objectSelector: { matchLabels: {} } }] });
    expect(copies[3]).toMatchObject({ globalDefault: false });
    expect(copies[2]).toMatchObject({
      metadata: { annotations: { "api-approved.kubernetes.io": "unapproved" } },
      spec: { conversion: { strategy: "None" } },
    });
  });
});
