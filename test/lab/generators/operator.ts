import { setTimeout as delay } from "node:timers/promises";
import {
  BatchV1Api,
  CoreV1Api,
  CustomObjectsApi,
  type KubeConfig,
  type V1Container,
  type V1Job,
} from "@kubernetes/client-node";
import { runnerSelector, testRuns, type TestRun } from "../../../rehearsal/load/operator/manifests.ts";
import type { Kubelets } from "./kubelet.ts";

type Stored = TestRun & { metadata: { uid: string }; status?: { stage?: string } };

/**
 * What k6's operator does with a TestRun, after its version 1.6.0 (internal/controller, pkg/resources/jobs, pkg/segmentation): a
 * Job that tries the script, then one Job for each runner with its execution segment, paused, and a start of all at once.
 */
export class Operator {
  readonly #core: CoreV1Api;
  readonly #batch: BatchV1Api;
  readonly #objects: CustomObjectsApi;
  #running = true;
  #loop = Promise.resolve();

  constructor(
    kubeConfig: KubeConfig,
    private readonly kubelets: Kubelets,
    private readonly namespace: string,
  ) {
    this.#core = kubeConfig.makeApiClient(CoreV1Api);
    this.#batch = kubeConfig.makeApiClient(BatchV1Api);
    this.#objects = kubeConfig.makeApiClient(CustomObjectsApi);
  }

  start(): void {
    const loop = async (): Promise<void> => {
      while (this.#running) {
        await this.#reconcile().catch(() => undefined);
        await delay(100);
      }
    };
    this.#loop = loop();
  }

  async close(): Promise<void> {
    this.#running = false;
    await this.#loop;
  }

  async #reconcile(): Promise<void> {
    const { namespace } = this;
    const { items } = (await this.#objects.listNamespacedCustomObject({ ...testRuns, namespace })) as {
      items: Stored[];
    };
    for (const run of items) {
      const next = await this.#step(run);
      if (next === undefined) continue;
      const body = [{ op: "add", path: "/status", value: { stage: next } }];
      await this.#objects.patchNamespacedCustomObjectStatus({ ...testRuns, namespace, name: run.metadata.name, body });
    }
  }

  async #step(run: Stored): Promise<string | undefined> {
    const { name } = run.metadata;
    const { parallelism } = run.spec;
    switch (run.status?.stage) {
      case undefined:
        await this.#job(run, `${name}-initializer`, initializer(run), {});
        return "initialization";
      case "initialization": {
        const { status } = await this.#batch.readNamespacedJob({
          name: `${name}-initializer`,
          namespace: this.namespace,
        });
        if ((status?.failed ?? 0) > 0) return "error";
        return (status?.succeeded ?? 0) > 0 ? "initialized" : undefined;
      }
      case "initialized":
        for (let index = 1; index <= parallelism; index++)
          await this.#job(run, `${name}-${index}`, runner(run, index), { runner: "true" });
        return "created";
      case "created": {
        const { items } = await this.#core.listNamespacedPod({
          namespace: this.namespace,
          labelSelector: runnerSelector(name),
        });
        if (items.filter(({ status }) => status?.phase === "Running").length < parallelism) return undefined;
        for (const { metadata } of items)
          if (!(await resumed(this.kubelets.port(metadata?.name ?? "")))) return undefined;
        return "started";
      }
      default:
        return undefined;
    }
  }

  async #job(run: Stored, name: string, command: readonly string[], more: Record<string, string>): Promise<void> {
    const { image, env, metadata, automountServiceAccountToken } = run.spec.runner;
    const labels = { ...metadata.labels, app: "k6", k6_cr: run.metadata.name, ...more };
    const container: V1Container = {
      name: "k6",
      image,
      command: [...command],
      env: [...env],
      volumeMounts: [{ name: "k6-test-volume", mountPath: "/test" }],
    };
    const hostname = { matchExpressions: [{ key: "runner", operator: "In", values: ["true"] }] };
    const apart = [{ labelSelector: hostname, topologyKey: "kubernetes.io/hostname" }];
    const body: V1Job = {
      metadata: {
        name,
        labels,
        ownerReferences: [
          {
            apiVersion: "k6.io/v1alpha1",
            kind: "TestRun",
            name: run.metadata.name,
            uid: run.metadata.uid,
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      },
      spec: {
        backoffLimit: 0,
        template: {
          metadata: { labels, annotations: metadata.annotations },
          spec: {
            automountServiceAccountToken: automountServiceAccountToken !== "false",
            restartPolicy: "Never",
            containers: [container],
            volumes: [{ name: "k6-test-volume", configMap: { name: run.spec.script.configMap.name } }],
            ...(run.spec.separate && more["runner"] === "true"
              ? { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: apart } } }
              : {}),
          },
        },
      },
    };
    const { namespace } = this;
    await this.#batch.createNamespacedJob({ namespace, body }).catch(async (error: unknown) => {
      // Made by the try before this one; one of an earlier TestRun of the same name is still to go.
      const there = await this.#batch.readNamespacedJob({ namespace, name }).catch(() => undefined);
      if (there?.metadata?.ownerReferences?.[0]?.uid !== run.metadata.uid) throw error;
    });
  }
}

/** What the starter's curl does; false when that pod does not answer: it may be gone by now. */
async function resumed(port: number): Promise<boolean> {
  const body = JSON.stringify({ data: { attributes: { paused: false }, id: "default", type: "status" } });
  for (const end = Date.now() + 5000; Date.now() < end;) {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/status`, {
      method: "PATCH",
      body,
      signal: AbortSignal.timeout(2000),
    }).catch(() => undefined);
    if (answer?.ok === true) return true;
    await delay(50);
  }
  return false;
}

const scriptPath = (run: Stored): string => `/test/${run.spec.script.configMap.file}`;

function initializer(run: Stored): string[] {
  const script = scriptPath(run);
  const env = run.spec.runner.env.map(({ name }) => ` -e ${name}="\${${name}}"`).join("");
  const archive = "/tmp/archived.tar";
  const logs = "/tmp/k6logs";
  const shell = `if ! k6 archive ${script}${env} -O ${archive} ${run.spec.arguments.replace("--no-usage-report", "")} 2> ${logs}; then cat ${logs}; exit 1; fi
if ! k6 inspect --execution-requirements ${archive} 2> ${logs}; then cat ${logs}; exit 1; fi
if grep 'level.*error' ${logs}; then exit 1; fi`;
  return ["sh", "-c", shell];
}

function runner(run: Stored, index: number): string[] {
  const { parallelism } = run.spec;
  const part = (at: number): string => (at === 0 ? "0" : at === parallelism ? "1" : `${at}/${parallelism}`);
  const sequence = Array.from({ length: parallelism + 1 }, (_, at) => part(at)).join(",");
  const segment =
    parallelism > 1
      ? [`--execution-segment=${part(index - 1)}:${part(index)}`, `--execution-segment-sequence=${sequence}`]
      : [];
  return [
    ...["k6", "run", "--quiet", ...segment, ...run.spec.arguments.split(" "), scriptPath(run)],
    ...["--address=0.0.0.0:6565", "--paused", "--tag", `instance_id=${index}`],
    ...["--tag", `testrun_name=${run.metadata.name}`],
  ];
}
