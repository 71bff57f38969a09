import { createHash } from "node:crypto";
import type { V1ConfigMap } from "@kubernetes/client-node";
import type { RehearsalConfig } from "../../config.ts";
import { k6Arguments } from "../plan.ts";

/** The kind that k6's operator acts on. */
export const testRuns = { group: "k6.io", version: "v1alpha1", plural: "testruns" } as const;

/** Key of the script in the ConfigMap. */
const scriptFile = "http.js";

/** k6's own HTTP API, which the operator switches on in every runner: a canary on the runner's loopback. */
export const canaryUrl = "http://127.0.0.1:6565/v1/status";

/** A TestRun of the operator (api/v1alpha1 of grafana/k6-operator), as far as it is used here. */
export interface TestRun {
  readonly apiVersion: "k6.io/v1alpha1";
  readonly kind: "TestRun";
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels: Record<string, string> };
  readonly spec: {
    readonly parallelism: number;
    readonly separate: boolean;
    /** Split at spaces. */
    readonly arguments: string;
    readonly script: { readonly configMap: { readonly name: string; readonly file: string } };
    readonly runner: {
      readonly image: string;
      readonly automountServiceAccountToken: "false";
      readonly env: readonly { readonly name: string; readonly value: string }[];
      readonly metadata: { readonly labels: Record<string, string>; readonly annotations: Record<string, string> };
    };
  };
}

/** The name of all that runs the load on a mirror: the same each time, so that what a killed step left is found. */
export function loadName(clusterName: string): string {
  return `rehearsal-load-${createHash("sha256").update(clusterName).digest("hex").slice(0, 8)}`;
}

/** Selects the pods that send (`pkg/resources/jobs` of the operator). */
export const runnerSelector = (name: string): string => `app=k6,k6_cr=${name},runner=true`;

/** The number from 0 of the runner that a pod is, by the name of its Job: `<name>-1` is the first. */
export function runnerOf(name: string, labels: Readonly<Record<string, string>> | undefined): number | undefined {
  const job = labels?.["batch.kubernetes.io/job-name"] ?? labels?.["job-name"] ?? "";
  const number = job.startsWith(`${name}-`) ? Number(job.slice(name.length + 1)) : NaN;
  return Number.isInteger(number) && number >= 1 ? number - 1 : undefined;
}

/**
 * What k6's operator needs: the script, and a TestRun that runs it in several pods.
 *
 * @param script contents of `loadtest/http.js`
 * @param environment its settings
 */
export function loadManifests(
  clusterName: string,
  generators: NonNullable<RehearsalConfig["load"]["generators"]>,
  script: string,
  environment: Readonly<Record<string, string>>,
): { readonly configMap: V1ConfigMap; readonly testRun: TestRun } {
  const { namespace, parallelism, separate, image } = generators;
  const name = loadName(clusterName);
  const labels = { "app.kubernetes.io/managed-by": "kops-upgrade-rehearsal" };
  const metadata = { name, namespace, labels };
  return {
    configMap: { apiVersion: "v1", kind: "ConfigMap", metadata, data: { [scriptFile]: script } },
    testRun: {
      apiVersion: "k6.io/v1alpha1",
      kind: "TestRun",
      metadata,
      spec: {
        parallelism,
        separate,
        arguments: k6Arguments.join(" "),
        script: { configMap: { name, file: scriptFile } },
        runner: {
          image,
          automountServiceAccountToken: "false",
          // Kubernetes would replace `$(NAME)` in a value.
          env: Object.entries(environment).map(([key, value]) => ({
            name: key,
            value: value.replaceAll("$(", "$$$$("),
          })),
          metadata: {
            labels,
            // A runner that moves to another node is one that died.
            annotations: {
              "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
              "karpenter.sh/do-not-disrupt": "true",
            },
          },
        },
      },
    },
  };
}
