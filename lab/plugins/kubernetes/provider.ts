import { randomBytes } from "node:crypto";
import { diffProps, type Diff } from "../provider/diff.ts";
import { inputsNow } from "../provider/drift.ts";
import {
  PartialFailure,
  type CheckFailure,
  type CheckResult,
  type CreateResult,
  type Outputs,
  type Provider,
  type ResourceCall,
} from "../provider/provider.ts";
import { isObject, stringAt, UNKNOWN, type Props } from "../provider/values.ts";
import { NotReadyError, untilGone, untilReady } from "./await.ts";
import { ApiError, UnreachableError } from "./client.ts";
import type { Cluster } from "./cluster.ts";
import { decodeYaml } from "./decode.ts";
import { isAutonamed, withName } from "./naming.ts";
import { annotation, describeObject, isNamespaced, merge, secretPaths, skipsAwait } from "./objects.ts";
import { replacementPaths } from "./replacement.ts";
import { readSettings, serverOf, type Settings } from "./settings.ts";

const managerKey = "__fieldManager";

/** An object without what this plugin keeps beside it. */
function bare(props: Props): Props {
  return Object.fromEntries(Object.entries(props).filter(([key]) => !key.startsWith("__")));
}

function without(props: Props, key: string): Props {
  return Object.fromEntries(Object.entries(props).filter(([name]) => name !== key));
}

/** `namespace/name`, or `name` for an object of the cluster. */
function idOf(object: Props): string {
  const namespace = stringAt(object, ["metadata", "namespace"]);
  const name = stringAt(object, ["metadata", "name"]) ?? "";
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** The live object as outputs: who manages which field is long and of no use to a program. */
function outputsOf(live: Props, fieldManager: string): Props {
  const metadata = isObject(live["metadata"]) ? live["metadata"] : {};
  return { ...live, metadata: without(metadata, "managedFields"), [managerKey]: fieldManager };
}

/** Stands in for the official plugin `kubernetes` 4: any kind, by server-side apply. */
export class KubernetesProvider implements Provider {
  readonly version = "4.34.2";
  readonly #env: NodeJS.ProcessEnv;
  #settings: Settings;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
    this.#settings = readSettings({}, env);
  }

  configure(config: Props): void {
    this.#settings = readSettings(config, this.#env);
  }

  /** Another cluster replaces everything; a new kubeconfig for the same one does not. */
  diffConfig(before: Props, after: Props): Diff {
    const changes = diffProps(before, after);
    const [oldId, newId] = [before, after].map((config) => config["clusterIdentifier"]);
    const identified = oldId !== undefined || newId !== undefined;
    const known = after["kubeconfig"] !== UNKNOWN;
    const moved = identified
      ? oldId !== newId
      : known && changes.length > 0 && serverOf(before, this.#env) !== serverOf(after, this.#env);
    const decisive = identified ? ["clusterIdentifier"] : ["kubeconfig", "context", "cluster"];
    return {
      changes: changes.map((change) => ({ ...change, replace: moved && decisive.includes(String(change.path[0])) })),
    };
  }

  check(call: Parameters<Provider["check"]>[0]): CheckResult {
    const failures: CheckFailure[] = ["apiVersion", "kind"]
      .filter((property) => typeof call.inputs[property] !== "string")
      .map((property) => ({ property, reason: `${property} must be a string` }));
    if (call.type.endsWith("Patch")) {
      failures.push({ property: "", reason: `${call.type}: the lab's kubernetes plugin has no Patch resources` });
    }
    const named = withName(call.inputs, call.oldInputs, call.name);
    const inputs =
      isNamespaced(named) === true ? merge({ metadata: { namespace: this.#settings.namespace } }, named) : named;
    return { inputs, failures, secrets: secretPaths(inputs) };
  }

  diff(call: Parameters<Provider["diff"]>[0]): Diff {
    const changes = diffProps(call.oldInputs, call.inputs, replacementPaths(call.inputs, this.#settings.mutable));
    // Two objects cannot have one name. One that the plugin named gets a new name when it is replaced.
    const sameName = stringAt(call.oldInputs, ["metadata", "name"]) === stringAt(call.inputs, ["metadata", "name"]);
    const sameSpace =
      stringAt(call.oldInputs, ["metadata", "namespace"]) === stringAt(call.inputs, ["metadata", "namespace"]);
    const replaced = changes.some((change) => change.replace);
    return { changes, deleteBeforeReplace: replaced && sameName && sameSpace && !isAutonamed(call.inputs) };
  }

  async create(call: Parameters<Provider["create"]>[0]): Promise<CreateResult> {
    const secrets = secretPaths(call.inputs);
    if (call.preview) return { id: "", outputs: call.inputs, secrets };
    const cluster = this.#cluster(call);
    const object = await cluster.placed(bare(call.inputs), call.signal);
    const fieldManager = `pulumi-kubernetes-${randomBytes(4).toString("hex")}`;
    const options = { fieldManager, force: this.#forces(object), signal: call.signal };
    const live = await this.#do("creating", object, async () => {
      if (stringAt(object, ["metadata", "name"]) === undefined) return cluster.create(object, options);
      if (!this.#settings.upsert && (await cluster.get(object, call.signal)) !== undefined) {
        throw new Error("it exists already; import it, delete it, or set upsertExistingObjects on the provider");
      }
      return cluster.apply(object, options);
    });
    return { id: idOf(live), ...(await this.#awaited(call, live, fieldManager)), secrets };
  }

  async update(call: Parameters<Provider["update"]>[0]): Promise<Outputs> {
    const secrets = secretPaths(call.inputs);
    if (call.preview) return { outputs: merge(call.outputs, call.inputs), secrets };
    const cluster = this.#cluster(call);
    const object = await cluster.placed(bare(call.inputs), call.signal);
    const fieldManager = stringAt(call.outputs, [managerKey]) ?? "pulumi-kubernetes";
    const options = { fieldManager, force: this.#forces(object), signal: call.signal };
    const live = await this.#do("updating", object, () => cluster.apply(object, options));
    return { ...(await this.#awaited(call, live, fieldManager)), secrets };
  }

  async read(call: Parameters<NonNullable<Provider["read"]>>[0]) {
    const recorded = Object.keys(call.outputs).length > 0 ? call.outputs : call.inputs;
    const [name, namespace] = call.id.split("/").reverse();
    const [group = "", kind = ""] = call.type.replace(/^kubernetes:/, "").split(":");
    const reference = merge(
      {
        apiVersion: group.replace(/^core\//, ""),
        kind,
        metadata: { name: name ?? "", ...(namespace === undefined ? {} : { namespace }) },
      },
      bare(recorded),
    );
    try {
      const cluster = this.#cluster(call);
      const live = await this.#do("reading", reference, () => cluster.get(reference, call.signal));
      if (live === undefined) return undefined;
      const outputs = outputsOf(live, stringAt(call.outputs, [managerKey]) ?? "pulumi-kubernetes");
      const imported = Object.keys(call.inputs).length === 0;
      const inputs = imported ? without(bare(outputs), "status") : inputsNow(call.inputs, call.outputs, outputs);
      return { id: idOf(live), inputs, outputs, secrets: secretPaths(live) };
    } catch (error) {
      if (!this.#isForgotten(error, call)) throw error;
      return undefined;
    }
  }

  async delete(call: Parameters<Provider["delete"]>[0]): Promise<void> {
    const object = bare(call.outputs);
    try {
      const cluster = this.#cluster(call);
      const policy = annotation(object, "pulumi.com/deletionPropagationPolicy") ?? "Foreground";
      await this.#do("deleting", object, async () => {
        const answer = await cluster.delete(object, policy.charAt(0).toUpperCase() + policy.slice(1), call.signal);
        if (answer !== undefined && !skipsAwait(object)) await untilGone(object, { ...call, cluster });
      });
    } catch (error) {
      if (!this.#isForgotten(error, call)) throw error;
    }
  }

  async invoke(call: Parameters<NonNullable<Provider["invoke"]>>[0]): Promise<Outputs> {
    if (call.token !== "kubernetes:yaml:decode") {
      throw new Error(
        `function ${call.token} is not known to the lab's kubernetes plugin; it has kubernetes:yaml:decode`,
      );
    }
    const text = stringAt(call.args, ["text"]) ?? "";
    return Promise.resolve({ outputs: { result: decodeYaml(text, stringAt(call.args, ["defaultNamespace"])) } });
  }

  close(): Promise<void> {
    if (!(this.#settings.cluster instanceof Error)) this.#settings.cluster.client.close();
    return Promise.resolve();
  }

  #cluster(call: ResourceCall): Cluster {
    const { cluster } = this.#settings;
    if (cluster instanceof Error)
      throw new Error(`${call.type} "${call.name}": ${cluster.message}`, { cause: cluster });
    return cluster;
  }

  #forces(object: Props): boolean {
    return this.#settings.force || annotation(object, "pulumi.com/patchForce") === "true";
  }

  /** Waits for an object that exists now; if it does not get ready, it is recorded as it is. */
  async #awaited(call: ResourceCall, live: Props, fieldManager: string): Promise<{ outputs: Props }> {
    if (skipsAwait(live)) return { outputs: outputsOf(live, fieldManager) };
    try {
      const ready = await untilReady(live, { ...call, cluster: this.#cluster(call) });
      return { outputs: outputsOf(ready, fieldManager) };
    } catch (error) {
      const last = error instanceof NotReadyError ? error.last : live;
      const message = error instanceof Error ? error.message : String(error);
      throw new PartialFailure(idOf(last), outputsOf(last, fieldManager), [message], { cause: error });
    }
  }

  /** Whether the object counts as gone with its cluster. */
  #isForgotten(error: unknown, call: ResourceCall): boolean {
    const unreachable =
      error instanceof Error && (error.cause instanceof UnreachableError || this.#settings.cluster instanceof Error);
    if (!unreachable || !this.#settings.deleteUnreachable) return false;
    call.log.warning(`${call.name} is taken as deleted, as deleteUnreachable says: ${error.message}`);
    return true;
  }

  async #do<T>(doing: string, object: Props, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const { cluster } = this.#settings;
      const where = cluster instanceof Error ? "" : ` on ${cluster.client.connection.server}`;
      const hint =
        error instanceof ApiError && error.status === 409 && error.reason === "Conflict"
          ? '; set the annotation pulumi.com/patchForce: "true" to take these fields over'
          : "";
      throw new Error(`${doing} ${describeObject(object)}${where} failed: ${message}${hint}`, { cause: error });
    }
  }
}
