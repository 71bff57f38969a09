import {
  AdmissionregistrationV1Api,
  ApiextensionsV1Api,
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  PolicyV1Api,
  SchedulingV1Api,
} from "@kubernetes/client-node";
import { existsSync } from "node:fs";
import pRetry from "p-retry";
import type { Manifest } from "../../kops/manifest.ts";
import type { Running } from "../../mirror/running.ts";
import { messageOf, RehearsalError, UsageError } from "../errors.ts";
import { interrupted } from "../interrupt.ts";
import { limited } from "../limited.ts";

const limitMs = 15_000;

/**
 * Lists what runs in production, with a kubeconfig that needs no more than the right to list.
 *
 * @throws UsageError without a file; RehearsalError that says which list was denied
 */
export async function readRunning(kubeconfig: string): Promise<Running> {
  const config = loaded(kubeconfig);
  const server = config.getCurrentCluster()?.server ?? "an unknown address";
  const read = async (kind: string, call: () => Promise<{ items: readonly object[] }>): Promise<Manifest[]> => {
    try {
      const { items } = await pRetry(() => limited(call(), limitMs), {
        retries: 2,
        minTimeout: 1000,
        randomize: true,
        shouldRetry: ({ error }) => !isDenied(error),
        signal: interrupted,
      });
      // An API server leaves the kind out in lists; the client's objects become plain ones.
      return items.map((item) => ({ ...(JSON.parse(JSON.stringify(item)) as Manifest), kind }));
    } catch (cause) {
      interrupted.throwIfAborted();
      throw new RehearsalError(
        isDenied(cause)
          ? `Production's API server does not let list ${kind}s.`
          : `Production's API server did not list ${kind}s.`,
        {
          details: [`Address: ${server}`, messageOf(cause).split("\n")[0] ?? ""],
          next: isDenied(cause)
            ? "use a kubeconfig whose user has the ClusterRole view and may list nodes, CRDs, priority classes and webhooks"
            : "check the connection to the API server (VPN, bastion), then run it again",
          cause,
        },
      );
    }
  };
  const apps = config.makeApiClient(AppsV1Api);
  const admission = config.makeApiClient(AdmissionregistrationV1Api);
  const extensions = config.makeApiClient(ApiextensionsV1Api);
  const policy = config.makeApiClient(PolicyV1Api);
  const scheduling = config.makeApiClient(SchedulingV1Api);
  const core = config.makeApiClient(CoreV1Api);
  const [daemonSets, validating, mutating, crds, budgets, priorityClasses, nodes] = await Promise.all([
    read("DaemonSet", () => apps.listDaemonSetForAllNamespaces()),
    read("ValidatingWebhookConfiguration", () => admission.listValidatingWebhookConfiguration()),
    read("MutatingWebhookConfiguration", () => admission.listMutatingWebhookConfiguration()),
    read("CustomResourceDefinition", () => extensions.listCustomResourceDefinition()),
    read("PodDisruptionBudget", () => policy.listPodDisruptionBudgetForAllNamespaces()),
    read("PriorityClass", () => scheduling.listPriorityClass()),
    read("Node", () => core.listNode()),
  ]);
  return { daemonSets, webhooks: [...validating, ...mutating], crds, budgets, priorityClasses, nodes };
}

function loaded(file: string): KubeConfig {
  if (!existsSync(file)) throw new UsageError(`There is no kubeconfig ${file}.`);
  try {
    const config = new KubeConfig();
    config.loadFromFile(file);
    if (config.getCurrentCluster() === null) throw new Error("its current context names no cluster");
    return config;
  } catch (cause) {
    throw new UsageError(`${file} is no kubeconfig that can be read.`, {
      details: [messageOf(cause).split("\n")[0] ?? ""],
      next: `kubectl --kubeconfig ${file} config view --minify says what kubectl makes of it`,
      cause,
    });
  }
}

function isDenied(error: unknown): boolean {
  const { code } = error as { code?: number };
  return code === 401 || code === 403;
}
