import { hasUnknown, stringAt, type Props } from "../provider/values.ts";
import { Client } from "./client.ts";
import { Cluster } from "./cluster.ts";
import { connectionOf, loadKubeconfig, type Selection } from "./kubeconfig.ts";
import type { Mutability } from "./replacement.ts";

/** The provider's settings, read. */
export interface Settings {
  readonly mutable: Mutability;
  /** Whether objects of an unreachable cluster count as deleted. */
  readonly deleteUnreachable: boolean;
  /** Whether fields that others manage are taken over. */
  readonly force: boolean;
  /** Whether an object that exists already is changed instead of refused. */
  readonly upsert: boolean;
  /** The namespace for objects that name none, as far as it can be known without the kubeconfig. */
  readonly namespace: string;
  /** The cluster, or the error that says why there is none. */
  readonly cluster: Cluster | Error;
}

/** Settings that are true or false come as JSON. */
function isTrue(config: Props, key: string): boolean {
  return config[key] === true || config[key] === "true";
}

function selectionOf(config: Props): Selection {
  const keys = ["context", "cluster", "namespace"] as const;
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = stringAt(config, [key]);
      return value === undefined || value === "" ? [] : [[key, value]];
    }),
  );
}

function clusterOf(config: Props, env: NodeJS.ProcessEnv): Cluster | Error {
  if (hasUnknown(config["kubeconfig"])) return new Error("the kubeconfig of the cluster is not known yet");
  try {
    const text = loadKubeconfig(stringAt(config, ["kubeconfig"]), env);
    return new Cluster(new Client(connectionOf(text, selectionOf(config))));
  } catch (error) {
    // A program may have a provider that it does not use; whoever uses it is told.
    return error instanceof Error ? error : new Error(String(error));
  }
}

export function readSettings(config: Props, env: NodeJS.ProcessEnv): Settings {
  const cluster = clusterOf(config, env);
  return {
    mutable: { configMaps: isTrue(config, "enableConfigMapMutable"), secrets: isTrue(config, "enableSecretMutable") },
    deleteUnreachable: isTrue(config, "deleteUnreachable"),
    // Without server-side apply there would be no managers to conflict with.
    force: isTrue(config, "enablePatchForce") || config["enableServerSideApply"] === "false",
    upsert: isTrue(config, "upsertExistingObjects"),
    namespace:
      cluster instanceof Error ? (stringAt(config, ["namespace"]) ?? "default") : cluster.client.connection.namespace,
    cluster,
  };
}

/** The server that a provider's settings lead to; undefined when they lead nowhere. */
export function serverOf(config: Props, env: NodeJS.ProcessEnv): string | undefined {
  const cluster = clusterOf(config, env);
  return cluster instanceof Error ? undefined : cluster.client.connection.server;
}
