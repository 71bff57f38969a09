import type { V1Deployment, V1PodSpec, V1Service } from "@kubernetes/client-node";

const container = {
  name: "web",
  image: "registry.k8s.io/e2e-test-images/agnhost:2.53",
  args: ["netexec", "--http-port=8080", "--udp-port=-1"],
  ports: [{ name: "http", containerPort: 8080 }],
  readinessProbe: { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 1 },
  // Not restarted because the machine stands still for a moment.
  livenessProbe: { httpGet: { path: "/healthz", port: 8080 }, periodSeconds: 1, failureThreshold: 10 },
};

export function deployment(
  name: string,
  replicas: number,
  changes: Partial<typeof container> & object = {},
): V1Deployment {
  const spec: V1PodSpec = {
    terminationGracePeriodSeconds: 20,
    containers: [{ ...container, ...changes }],
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: { app: name } },
      },
    ],
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "default" },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec },
    },
  };
}

export const service = (name: string, port: number): V1Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "default" },
  spec: { type: "LoadBalancer", selector: { app: name }, ports: [{ port, targetPort: "http" }] },
});
