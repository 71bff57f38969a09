import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { at, isObject, stringAt, type Props, type Value } from "../provider/values.ts";

/** Where a cluster is and how to prove who one is. PEM throughout. */
export interface Connection {
  /** e.g. `https://127.0.0.1:6443`. */
  readonly server: string;
  readonly namespace: string;
  readonly ca?: string;
  /** The name that the server's certificate must carry, when it is not the server's address. */
  readonly serverName?: string;
  readonly insecure: boolean;
  readonly certificate?: string;
  readonly key?: string;
  readonly token?: string;
}

/** What the provider's settings choose from a kubeconfig. */
export interface Selection {
  readonly context?: string;
  readonly cluster?: string;
  readonly namespace?: string;
}

/**
 * The text of a kubeconfig: the setting may be its contents or a path. Without one, the first file of KUBECONFIG or
 * `~/.kube/config` is read.
 *
 * @throws when the file cannot be read.
 */
export function loadKubeconfig(setting: string | undefined, env: NodeJS.ProcessEnv): string {
  if (setting !== undefined && /[\n{:]/.test(setting) && !/^[/~.]/.test(setting)) return setting;
  const fallback = env["KUBECONFIG"]?.split(path.delimiter).find((file) => file !== "") ?? "~/.kube/config";
  const file = (setting ?? fallback).replace(/^~(?=\/|$)/, homedir());
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `no kubeconfig: ${reason}; set kubeconfig on the kubernetes provider, or KUBECONFIG, e.g. to what "kops export kubeconfig" wrote`,
      { cause: error },
    );
  }
}

function named(config: Value, list: string, name: string | undefined, key: string): Props {
  const entries = at(config, [list]);
  const found = (Array.isArray(entries) ? entries : []).find((entry) => stringAt(entry, ["name"]) === name);
  const value = at(found, [key]);
  if (!isObject(value)) throw new Error(`the kubeconfig has no ${key} named "${name ?? ""}"`);
  return value;
}

/** `certificate-authority-data` (base64) or `certificate-authority` (a file). */
function pem(entry: Props, key: string): string | undefined {
  const data = stringAt(entry, [`${key}-data`]);
  if (data !== undefined) return Buffer.from(data, "base64").toString("utf8");
  const file = stringAt(entry, [key]);
  return file === undefined ? undefined : readFileSync(file, "utf8");
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}

/**
 * Reads from a kubeconfig how to reach its cluster.
 *
 * @throws when it is no kubeconfig, names something that is not in it, or wants a way of authentication that this
 * plugin does not have.
 */
export function connectionOf(text: string, selection: Selection): Connection {
  const config = parse(text) as Value;
  if (!isObject(config)) throw new Error("the kubeconfig is not a YAML map");
  const contextName = selection.context ?? stringAt(config, ["current-context"]);
  const context = named(config, "contexts", contextName, "context");
  const cluster = named(config, "clusters", selection.cluster ?? stringAt(context, ["cluster"]), "cluster");
  const user = named(config, "users", stringAt(context, ["user"]), "user");
  const other = ["exec", "auth-provider", "username"].find((way) => user[way] !== undefined);
  if (other !== undefined) {
    throw new Error(
      `the kubeconfig's user authenticates by "${other}"; the lab's kubernetes plugin has client certificates and tokens`,
    );
  }
  const tokenFile = stringAt(user, ["tokenFile"]);
  return withoutUndefined({
    server: (stringAt(cluster, ["server"]) ?? "").replace(/\/$/, ""),
    namespace: selection.namespace ?? stringAt(context, ["namespace"]) ?? "default",
    ca: pem(cluster, "certificate-authority"),
    serverName: stringAt(cluster, ["tls-server-name"]),
    insecure: cluster["insecure-skip-tls-verify"] === true,
    certificate: pem(user, "client-certificate"),
    key: pem(user, "client-key"),
    token: stringAt(user, ["token"]) ?? (tokenFile === undefined ? undefined : readFileSync(tokenFile, "utf8").trim()),
  });
}
