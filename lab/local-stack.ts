import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";

/** Name and state store of the cluster of stack `local`. */
export interface LocalCluster {
  readonly clusterName: string;
  /** `s3://bucket` */
  readonly stateStore: string;
}

const defaults: LocalCluster = {
  clusterName: "mirror.k8s.example.com",
  stateStore: "s3://rehearsal-local-state-store",
};

/**
 * Reads it from the stack's settings file; what the file does not say, or all if there is none, has its default.
 *
 * @throws Error when the file is no YAML
 */
export function readLocalCluster(file: string): LocalCluster {
  if (!existsSync(file)) return defaults;
  const { config } = (contentsOf(file) ?? {}) as { config?: Record<string, unknown> };
  const setting = (name: string): string | undefined => {
    const entry = Object.entries(config ?? {}).find(([key]) => key.split(":").at(-1) === name);
    return typeof entry?.[1] === "string" ? entry[1] : undefined;
  };
  const store = setting("stateStore");
  return {
    clusterName: setting("clusterName") ?? defaults.clusterName,
    stateStore: store === undefined ? defaults.stateStore : store.replace(/^(s3:\/\/)?/, "s3://"),
  };
}

function contentsOf(file: string): unknown {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new Error(`${file} is no YAML: ${reason}`);
  }
}
