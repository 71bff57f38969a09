import * as pulumi from "@pulumi/pulumi";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget.js";
import { loadBalancerTagsAnnotation, withTags } from "../ownership/tags.ts";
import type { Tags } from "../ownership/tags.ts";
import type { Settings } from "../settings/parse.ts";

type App = Settings["app"];

/** Name of the app's objects and value of its `app` label. */
const appName = "rehearsal-app";
const labels = { app: appName };

/**
 * The app that comes with the project: a web server that survives the loss of a node if it is let.
 * Its replicas are spread over nodes and zones, it is ready when it answers, and it goes on serving for a while after
 * it was told to stop, until load balancers have learnt of it.
 *
 * @returns the Service of type LoadBalancer
 */
export function createWorkload(
  name: string,
  app: App,
  tags: pulumi.Input<Tags>,
  opts: pulumi.CustomResourceOptions,
): Service {
  const namespace = new Namespace(`${name}-namespace`, { metadata: { name: app.namespace } }, opts);
  const inNamespace = { ...opts, dependsOn: [namespace] };
  const metadata = { name: appName, namespace: app.namespace, labels };

  // Without a budget there is one that allows everything: Pulumi deletes what has left the program only after all else,
  // and a budget that were deleted after the roll would have ruled it.
  const allowed = app.pdb === "none" ? { maxUnavailable: "100%" } : { minAvailable: app.pdb.minAvailable };
  const budget = new PodDisruptionBudget(
    `${name}-pdb`,
    { metadata, spec: { ...allowed, selector: { matchLabels: labels } } },
    inNamespace,
  );
  const deployment = new Deployment(
    `${name}-deployment`,
    {
      metadata,
      spec: {
        replicas: app.replicas,
        selector: { matchLabels: labels },
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: { metadata: { labels }, spec: podSpec(app) },
      },
    },
    // The budget holds from the first pod on.
    { ...opts, dependsOn: [namespace, budget] },
  );
  return new Service(
    `${name}-service`,
    {
      metadata: { ...metadata, annotations: taggedAnnotations(app.serviceAnnotations, tags) },
      spec: {
        type: "LoadBalancer",
        selector: labels,
        ports: [{ name: "http", port: app.port, targetPort: app.targetPort, protocol: "TCP" }],
      },
    },
    { ...opts, dependsOn: [deployment] },
  );
}

/** Annotations of a Service with those that give its load balancer tags; without tags, as they are. */
export function taggedAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  tags: pulumi.Input<Tags>,
): pulumi.Output<Record<string, string>> {
  return pulumi.output(tags).apply((all): Record<string, string> => {
    const value = withTags(annotations?.[loadBalancerTagsAnnotation], all);
    return { ...annotations, ...(value === "" ? {} : { [loadBalancerTagsAnnotation]: value }) };
  });
}

function podSpec(app: App) {
  const probe = { httpGet: { path: app.healthPath, port: app.targetPort }, timeoutSeconds: 2 };
  return {
    terminationGracePeriodSeconds: app.terminationGraceSeconds,
    topologySpreadConstraints: ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map((topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      // During a roll there may be no other node: a pod next to another one is better than none.
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: labels },
    })),
    containers: [
      {
        name: "web",
        image: app.image,
        args: [...app.args],
        ports: [{ name: "http", containerPort: app.targetPort }],
        readinessProbe: { ...probe, periodSeconds: 1, failureThreshold: 2 },
        livenessProbe: { ...probe, periodSeconds: 5, failureThreshold: 6, initialDelaySeconds: 5 },
        resources: { requests: { cpu: "50m", memory: "32Mi" } },
        ...(app.preStopSeconds > 0 ? { lifecycle: { preStop: { sleep: { seconds: app.preStopSeconds } } } } : {}),
      },
    ],
  };
}
