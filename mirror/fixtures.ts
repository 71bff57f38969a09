import type { Manifest } from "../kops/manifest.ts";
import { isRecord, nameOf } from "./production.ts";
import { ownObjects } from "./running.ts";
import type { Running } from "./running.ts";

/**
 * Inert copies of what runs in production: as many objects for the upgrade to deal with, and none that does anything.
 *
 * - DaemonSets run the pause image, with production's placement, resources, priority and update strategy, and without
 *   volumes, environment, service account, privileges or the host's network.
 * - Webhooks match no object and are ignored when they fail, since nothing answers them.
 * - CustomResourceDefinitions are converted by nobody.
 * - PriorityClasses, none of them the default, and PodDisruptionBudgets, which match no pod of the mirror until it has some.
 */
export function inertFixtures(running: Running, mirror: readonly Manifest[]): Manifest[] {
  const objects = ownObjects(running, mirror)
    .map(copy)
    .filter((object) => object !== undefined);
  const namespaces = new Set(objects.map((object) => record(object["metadata"])["namespace"]));
  return [
    ...[...namespaces]
      .filter((name) => typeof name === "string")
      .sort()
      .filter((name) => !["default", "kube-system", "kube-public", "kube-node-lease"].includes(name))
      .map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
    ...objects,
  ];
}

function copy(object: Manifest): Manifest | undefined {
  switch (object["kind"]) {
    case "DaemonSet":
      return { ...base(object, "apps/v1"), spec: daemonSetSpec(record(object["spec"])) };
    case "CustomResourceDefinition":
      return {
        ...base(object, "apiextensions.k8s.io/v1"),
        spec: { ...record(object["spec"]), conversion: { strategy: "None" } },
      };
    case "PriorityClass": {
      const { value, preemptionPolicy, description } = object;
      return { ...base(object, "scheduling.k8s.io/v1"), value, preemptionPolicy, description, globalDefault: false };
    }
    case "PodDisruptionBudget":
      return { ...base(object, "policy/v1"), spec: object["spec"] };
    case "ValidatingWebhookConfiguration":
    case "MutatingWebhookConfiguration":
      return { ...base(object, "admissionregistration.k8s.io/v1"), webhooks: list(object["webhooks"]).map(webhook) };
    default:
      return undefined;
  }
}

const marker = "kops-upgrade-rehearsal/inert-copy";
/** Without it the API server takes no CustomResourceDefinition of a group under k8s.io, such as those of the Gateway API. */
const approved = "api-approved.kubernetes.io";

function base(object: Manifest, apiVersion: string): Manifest {
  const { namespace, labels, annotations } = record(object["metadata"]);
  const approval = record(annotations)[approved];
  return {
    apiVersion,
    kind: object["kind"],
    metadata: {
      name: nameOf(object),
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...record(labels), [marker]: "true" },
      ...(approval === undefined ? {} : { annotations: { [approved]: approval } }),
    },
  };
}

function daemonSetSpec(spec: Record<string, unknown>): Manifest {
  const template = record(spec["template"]);
  const pod = record(template["spec"]);
  const { nodeSelector, affinity, tolerations, priorityClassName, terminationGracePeriodSeconds } = pod;
  return {
    selector: spec["selector"],
    updateStrategy: spec["updateStrategy"],
    minReadySeconds: spec["minReadySeconds"],
    template: {
      metadata: { labels: record(template["metadata"])["labels"] },
      spec: {
        nodeSelector,
        affinity,
        tolerations,
        priorityClassName,
        terminationGracePeriodSeconds,
        automountServiceAccountToken: false,
        containers: list(pod["containers"]).map(({ name, resources }) => ({
          name,
          image: "registry.k8s.io/pause:3.10",
          resources,
        })),
      },
    },
  };
}

function webhook(original: Record<string, unknown>): Manifest {
  const { name, rules, admissionReviewVersions, matchPolicy } = original;
  return {
    name,
    rules,
    admissionReviewVersions,
    matchPolicy,
    sideEffects: "None",
    timeoutSeconds: 1,
    failurePolicy: "Ignore",
    objectSelector: { matchLabels: { [marker]: "matches-nothing" } },
    // The discard port of the API server's own host.
    clientConfig: { url: "https://127.0.0.1:9/" },
  };
}

const record = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});
const list = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isRecord) : []);
