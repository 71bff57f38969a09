import { existsSync } from "node:fs";
import {
  CoreV1Api,
  KubeConfig,
  PolicyV1Api,
  type V1Node,
  type V1Pod,
  type V1PodDisruptionBudget,
  type V1Service,
} from "@kubernetes/client-node";
import pRetry from "p-retry";
import type { SystemNode, SystemPod } from "./checklist.ts";
import { RehearsalError } from "./errors.ts";
import { interrupted } from "./interrupt.ts";
import { limited } from "./limited.ts";

/** Reads from the cluster's API server with the kubeconfig of the stack; each call is limited in time and repeated. */
export class Cluster {
  readonly kubeConfig = new KubeConfig();
  readonly #core: CoreV1Api;
  readonly #policy: PolicyV1Api;

  constructor(
    readonly name: string,
    kubeconfig: string,
  ) {
    if (!existsSync(kubeconfig))
      throw new RehearsalError(`There is no kubeconfig ${kubeconfig} for cluster ${name}.`, {
        next: "run the step kubeconfig, or `pulumi up` again",
      });
    this.kubeConfig.loadFromFile(kubeconfig);
    this.#core = this.kubeConfig.makeApiClient(CoreV1Api);
    this.#policy = this.kubeConfig.makeApiClient(PolicyV1Api);
  }

  async nodes(): Promise<V1Node[]> {
    return (await this.#read("its nodes", () => this.#core.listNode())).items;
  }

  /** The same in one try: rejects at once while the API server does not answer. */
  async nodesNow(): Promise<V1Node[]> {
    return (await limited(this.#core.listNode(), 5000)).items;
  }

  async pods(namespace: string): Promise<V1Pod[]> {
    return (await this.#read(`the pods of ${namespace}`, () => this.#core.listNamespacedPod({ namespace }))).items;
  }

  async services(): Promise<V1Service[]> {
    return (await this.#read("its Services", () => this.#core.listServiceForAllNamespaces())).items;
  }

  async budgets(namespace: string): Promise<V1PodDisruptionBudget[]> {
    const call = () => this.#policy.listNamespacedPodDisruptionBudget({ namespace });
    return (await this.#read(`the PodDisruptionBudgets of ${namespace}`, call)).items;
  }

  /** Keeps new pods off a node. */
  async cordon(name: string): Promise<void> {
    const body = [{ op: "add", path: "/spec/unschedulable", value: true }];
    await limited(this.#core.patchNode({ name, body }), 10_000);
  }

  /** Lets new pods onto a node again; one that is gone by now is fine. */
  async uncordon(name: string): Promise<void> {
    const body = [{ op: "add", path: "/spec/unschedulable", value: false }];
    await limited(this.#core.patchNode({ name, body }), 10_000).catch(unlessGone);
  }

  /** Forgets a node whose instance is gone; one that is not there is fine. */
  async deleteNode(name: string): Promise<void> {
    await limited(this.#core.deleteNode({ name }), 10_000).catch(unlessGone);
  }

  /** Deletes a pod (`namespace/name`) with its own grace, past any budget; one that is not there is fine. */
  async deletePod(pod: string): Promise<void> {
    const [namespace = "", name = ""] = pod.split("/");
    await limited(this.#core.deleteNamespacedPod({ namespace, name }), 10_000).catch(unlessGone);
  }

  /** Names of the PodDisruptionBudgets that cover a pod (`namespace/name`) and allow no disruption now. One try. */
  async refusingBudgets(pod: string): Promise<string[]> {
    const [namespace = "", name = ""] = pod.split("/");
    const work = Promise.all([
      this.#core.readNamespacedPod({ namespace, name }),
      this.#policy.listNamespacedPodDisruptionBudget({ namespace }),
    ]);
    const [{ metadata }, budgets] = await limited(work, 5000);
    const labels = metadata?.labels ?? {};
    return budgets.items
      .filter((budget) => (budget.status?.disruptionsAllowed ?? 0) === 0)
      .filter((budget) => selects(budget.spec?.selector, labels))
      .map((budget) => `${namespace}/${budget.metadata?.name ?? ""}`);
  }

  async #read<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await pRetry(() => limited(call(), 10_000), {
        retries: 5,
        minTimeout: 1000,
        maxTimeout: 5000,
        randomize: true,
        signal: interrupted,
      });
    } catch (cause) {
      interrupted.throwIfAborted();
      throw new RehearsalError(`The API server of ${this.name} did not list ${what}.`, {
        details: [`Address: ${this.kubeConfig.getCurrentCluster()?.server ?? "unknown"}`, firstLine(cause)],
        next: "see whether the control plane runs; behind a bastion or proxy, set apiServer",
        cause,
      });
    }
  }
}

function unlessGone(error: unknown): void {
  if ((error as { code?: number }).code !== 404) throw error;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** Kubernetes label selectors; an absent one selects nothing, an empty one everything. */
export function selects(selector: Selector | undefined, labels: Readonly<Record<string, string>>): boolean {
  if (selector === undefined) return false;
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  const expressions = (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels[key];
    if (operator === "Exists") return value !== undefined;
    if (operator === "DoesNotExist") return value === undefined;
    if (operator === "NotIn") return value === undefined || !values.includes(value);
    return value !== undefined && values.includes(value);
  });
  return equal && expressions;
}

export function systemNode(node: V1Node): SystemNode {
  return {
    name: node.metadata?.name ?? "",
    controlPlane: node.metadata?.labels?.["node-role.kubernetes.io/control-plane"] !== undefined,
    ready: isReady(node.status?.conditions),
  };
}

export function systemPod(pod: V1Pod): SystemPod {
  return {
    name: pod.metadata?.name ?? "",
    node: pod.spec?.nodeName ?? "",
    phase: pod.metadata?.deletionTimestamp === undefined ? (pod.status?.phase ?? "Unknown") : "Terminating",
    ready: isReady(pod.status?.conditions),
    labels: pod.metadata?.labels ?? {},
  };
}

export function isReady(conditions: readonly { type: string; status: string }[] | undefined): boolean {
  return conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}
