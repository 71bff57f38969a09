import type { KubernetesObject } from "@kubernetes/client-node";

type Fields = KubernetesObject & Readonly<Record<string, unknown>>;

/** What may read a production cluster for the fidelity report, besides ClusterRole `view`. */
export const viewer: readonly Fields[] = [
  { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "viewer", namespace: "default" } },
  binding("viewer", "view"),
];

/** What `view` leaves out. */
export const mayListMore: readonly Fields[] = [
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "rehearsal-fidelity" },
    rules: [
      { apiGroups: [""], resources: ["nodes"], verbs: ["list"] },
      { apiGroups: ["apiextensions.k8s.io"], resources: ["customresourcedefinitions"], verbs: ["list"] },
      { apiGroups: ["scheduling.k8s.io"], resources: ["priorityclasses"], verbs: ["list"] },
      {
        apiGroups: ["admissionregistration.k8s.io"],
        resources: ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"],
        verbs: ["list"],
      },
    ],
  },
  binding("viewer-more", "rehearsal-fidelity"),
];

function binding(name: string, role: string): Fields {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: [{ kind: "ServiceAccount", name: "viewer", namespace: "default" }],
  };
}

const labels = { app: "log-agent" };

/** Things that a production cluster has and kops did not make. */
export const objects: readonly Fields[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "logging" } },
  {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    // As the Gateway API's: in a group under k8s.io, which needs an approval.
    metadata: {
      name: "shops.example.x.k8s.io",
      annotations: { "api-approved.kubernetes.io": "https://github.com/kubernetes-sigs/gateway-api" },
    },
    spec: {
      group: "example.x.k8s.io",
      names: { kind: "Shop", plural: "shops" },
      scope: "Namespaced",
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: "object", properties: { spec: { type: "object" } } } },
        },
      ],
    },
  },
  { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: "high" }, value: 1000 },
  {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "log-agent", namespace: "logging" },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          priorityClassName: "high",
          tolerations: [{ operator: "Exists" }],
          volumes: [{ name: "host", hostPath: { path: "/var/log" } }],
          containers: [
            {
              name: "agent",
              image: "logs.example.com/agent:1",
              env: [{ name: "TOKEN", value: "s3cr3t" }],
              securityContext: { privileged: true },
              volumeMounts: [{ name: "host", mountPath: "/logs" }],
            },
          ],
        },
      },
    },
  },
  {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "web", namespace: "logging" },
    spec: { minAvailable: 1, selector: { matchLabels: { app: "web" } } },
  },
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "policy" },
    webhooks: [
      {
        name: "policy.example.com",
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        failurePolicy: "Fail",
        rules: [{ apiGroups: ["example.com"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["shops"] }],
        clientConfig: { service: { name: "policy", namespace: "logging" } },
      },
    ],
  },
  {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "i-0123456789abcdef0", labels: { team: "shop", "kubernetes.io/os": "linux" } },
    spec: { taints: [{ key: "gpu", value: "a10", effect: "NoSchedule" }] },
  },
];
