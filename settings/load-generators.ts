import { parse } from "yaml";
import { z } from "zod";
import { generatorsClash, type KubeconfigCluster } from "../preflight/generators.ts";
import type { Surroundings } from "./parse.ts";
import { resolvePath } from "./paths.ts";
import type { Problem } from "./problems.ts";
import type { ParsedSettings } from "./schema.ts";

type Files = Pick<Surroundings, "homeDir" | "projectDir" | "readFile">;

const kubeconfigSchema = z.object({
  "current-context": z.string().optional(),
  clusters: z.array(z.object({ name: z.string(), cluster: z.object({ server: z.string() }) })),
  contexts: z.array(z.object({ name: z.string(), context: z.object({ cluster: z.string() }) })),
});

/** What is wrong with where load generators are to run, as far as their kubeconfig tells. */
export function generatorProblems(
  { load, production, clusterName }: Readonly<Partial<ParsedSettings>>,
  env: Files,
): Problem[] {
  const generators = load?.generators;
  if (generators === undefined) return [];
  const { kubeconfig, context } = generators;
  const problem = (key: string, value: unknown, what: string): Problem => ({
    path: ["load", "generators", key],
    value,
    what,
  });
  const text = env.readFile(resolvePath(kubeconfig, env));
  if (text === undefined) return [problem("kubeconfig", kubeconfig, "cannot be read")];
  const cluster = clusterOf(text, context);
  if (cluster === undefined) {
    const which = context === undefined ? "whose current context" : `in which context ${context}`;
    return [problem("kubeconfig", kubeconfig, `is no kubeconfig ${which} names a cluster`)];
  }
  if (!cluster.server.startsWith("https://"))
    return [problem("kubeconfig", kubeconfig, `names ${cluster.server}, no https URL`)];
  const own = production?.kubeconfig === undefined ? undefined : env.readFile(resolvePath(production.kubeconfig, env));
  const same = own !== undefined && clusterOf(own, undefined)?.server === cluster.server;
  const clash = same
    ? `is production (${production?.clusterName}), which is never touched`
    : generatorsClash(cluster, { mirror: clusterName ?? "", production: production?.clusterName });
  return clash === undefined ? [] : [problem("kubeconfig", kubeconfig, `names a cluster that ${clash}`)];
}

/** The cluster of a context, else of the current one; undefined when there is none. */
function clusterOf(text: string, context: string | undefined): KubeconfigCluster | undefined {
  const parsed = kubeconfigSchema.safeParse(yamlOf(text));
  if (!parsed.success) return undefined;
  const { contexts, clusters, "current-context": current } = parsed.data;
  const name = contexts.find((one) => one.name === (context ?? current))?.context.cluster;
  const found = clusters.find((one) => one.name === name);
  return found === undefined ? undefined : { name: found.name, server: found.cluster.server };
}

/** What is no YAML is no kubeconfig either. */
function yamlOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
