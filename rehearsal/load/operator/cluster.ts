import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { CoreV1Api, CustomObjectsApi, KubeConfig, type V1ConfigMap, type V1PodList } from "@kubernetes/client-node";
import pRetry, { AbortError } from "p-retry";
import { z } from "zod";
import type { RehearsalConfig } from "../../config.ts";
import { messageOf, RehearsalError } from "../../errors.ts";
import { limited } from "../../limited.ts";
import { testRuns, type TestRun } from "./manifests.ts";

const callLimitMs = 10_000;
const stageSchema = z.object({ status: z.object({ stage: z.string().optional() }).optional() });

/** The cluster on which load generators run; each call is limited in time, and repeated when that can help. */
export class GeneratorCluster {
  readonly kubeConfig = new KubeConfig();
  readonly namespace: string;
  readonly #core: CoreV1Api;
  readonly #objects: CustomObjectsApi;

  /** @throws RehearsalError when the kubeconfig is not there or has no such context */
  constructor({ kubeconfig, context, namespace }: NonNullable<RehearsalConfig["load"]["generators"]>) {
    const path = resolve(kubeconfig.replace(/^~(?=\/|$)/, homedir()));
    const next = "correct load.generators in the stack file";
    if (!existsSync(path))
      throw new RehearsalError(`There is no kubeconfig ${path} for the load generators.`, { next });
    this.kubeConfig.loadFromFile(path);
    if (context !== undefined) this.kubeConfig.setCurrentContext(context);
    if (this.kubeConfig.getCurrentCluster() === null)
      throw new RehearsalError(`${path} has no context ${context ?? "that is current"}.`, { next });
    this.namespace = namespace;
    this.#core = this.kubeConfig.makeApiClient(CoreV1Api);
    this.#objects = this.kubeConfig.makeApiClient(CustomObjectsApi);
  }

  /** For people. */
  get server(): string {
    return this.kubeConfig.getCurrentCluster()?.server ?? "";
  }

  async create(configMap: V1ConfigMap, testRun: TestRun): Promise<void> {
    const { namespace } = this;
    await this.#call(`create ConfigMap ${testRun.metadata.name}`, () =>
      this.#core.createNamespacedConfigMap({ namespace, body: configMap }),
    );
    // Fields that the operator's version does not know would be dropped silently.
    await this.#call(`create TestRun ${testRun.metadata.name}`, () =>
      this.#objects.createNamespacedCustomObject({ ...testRuns, namespace, body: testRun, fieldValidation: "Strict" }),
    );
  }

  /** `status.stage` of a TestRun: created, started, finished, error … */
  async stage(name: string): Promise<string | undefined> {
    const found: unknown = await this.#call(`read TestRun ${name}`, () =>
      this.#objects.getNamespacedCustomObject({ ...testRuns, namespace: this.namespace, name }),
    );
    return stageSchema.parse(found).status?.stage;
  }

  /** Deletes a TestRun, whose pods are then told to stop, and its script; what is not there is fine. */
  async remove(name: string): Promise<void> {
    const { namespace } = this;
    await this.#call(`delete TestRun ${name}`, () =>
      this.#objects
        .deleteNamespacedCustomObject({ ...testRuns, namespace, name, propagationPolicy: "Background" })
        .catch(unlessGone),
    );
    await this.#call(`delete ConfigMap ${name}`, () =>
      this.#core.deleteNamespacedConfigMap({ namespace, name }).catch(unlessGone),
    );
  }

  async pods(labelSelector: string): Promise<V1PodList> {
    return await this.#call("list pods", () =>
      this.#core.listNamespacedPod({ namespace: this.namespace, labelSelector }),
    );
  }

  /** Deletes pods at once, for those that do not end when told. */
  async kill(labelSelector: string): Promise<void> {
    await this.#call("delete pods", () =>
      this.#core.deleteCollectionNamespacedPod({ namespace: this.namespace, labelSelector, gracePeriodSeconds: 0 }),
    );
  }

  /** The last lines of a pod's log. */
  async lastWords(pod: string): Promise<string[]> {
    const { namespace } = this;
    const text = await this.#call(`read the log of pod ${pod}`, () =>
      this.#core.readNamespacedPodLog({ namespace, name: pod, tailLines: 10 }),
    );
    return text.trim().split("\n");
  }

  async #call<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await pRetry(() => limited(call(), callLimitMs).catch(finalIfRefused), {
        retries: 4,
        minTimeout: 500,
        maxTimeout: 4000,
      });
    } catch (cause) {
      throw new RehearsalError(`The cluster of the load generators did not ${what} in namespace ${this.namespace}.`, {
        details: [`API server: ${this.server}`, messageOf(cause).split("\n").slice(0, 4).join(" ")],
        next: "see docs/load-generators.md for what must be there: k6's operator, the namespace, and permissions",
        cause,
      });
    }
  }
}

const codeOf = (error: unknown): number | undefined => (error as { code?: number }).code;

function unlessGone(error: unknown): void {
  if (codeOf(error) !== 404) throw error;
}

/** What the API server refuses for good is not asked again. */
function finalIfRefused(error: unknown): never {
  const code = codeOf(error);
  throw code !== undefined && code >= 400 && code < 500 && code !== 429 ? new AbortError(error as Error) : error;
}
