import { setTimeout as sleep } from "node:timers/promises";
import { isObject, stringAt, type Props } from "../provider/values.ts";
import { ApiError, type Client } from "./client.ts";
import { describeObject } from "./objects.ts";

interface Kind {
  readonly plural: string;
  readonly namespaced: boolean;
}

export interface ApplyOptions {
  readonly fieldManager: string;
  /** Takes over fields that someone else manages. */
  readonly force: boolean;
  readonly signal: AbortSignal;
}

const discoveryTries = 10;
const discoveryPauseMs = 1000;

function apiRoot(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** The objects of one cluster. */
export class Cluster {
  readonly client: Client;
  readonly #kinds = new Map<string, Promise<Map<string, Kind>>>();

  constructor(client: Client) {
    this.client = client;
  }

  /** Like `object`, with the provider's namespace where it needs one and has none. */
  async placed(object: Props, signal: AbortSignal): Promise<Props> {
    const { namespaced } = await this.#kind(object, signal);
    const metadata = isObject(object["metadata"]) ? object["metadata"] : {};
    if (!namespaced || metadata["namespace"] !== undefined) return object;
    return { ...object, metadata: { ...metadata, namespace: this.client.connection.namespace } };
  }

  /** The object as it is now, or undefined when there is none. */
  async get(object: Props, signal: AbortSignal): Promise<Props | undefined> {
    return this.#unlessGone(async () => {
      const path = await this.#pathOf(object, signal);
      return this.client.request({ method: "GET", path, signal });
    });
  }

  /** Creates or changes the object by server-side apply. */
  async apply(object: Props, options: ApplyOptions): Promise<Props> {
    const { fieldManager, force, signal } = options;
    const query = new URLSearchParams({ fieldManager, force: String(force), fieldValidation: "Warn" });
    const path = `${await this.#pathOf(object, signal)}?${query.toString()}`;
    // Everything that is JSON is YAML.
    return this.client.request({
      method: "PATCH",
      path,
      body: object,
      contentType: "application/apply-patch+yaml",
      signal,
    });
  }

  /** Asks for an object with `generateName`, which server-side apply does not take. */
  async create(object: Props, options: ApplyOptions): Promise<Props> {
    const path = `${await this.#pathOf(object, options.signal)}?fieldManager=${encodeURIComponent(options.fieldManager)}`;
    return this.client.request({ method: "POST", path, body: object, signal: options.signal });
  }

  /** Asks for the object's deletion; returns at once, with undefined when it is gone already. */
  async delete(object: Props, propagationPolicy: string, signal: AbortSignal): Promise<Props | undefined> {
    return this.#unlessGone(async () => {
      const path = await this.#pathOf(object, signal);
      return this.client.request({ method: "DELETE", path, body: { propagationPolicy }, signal });
    });
  }

  /** The objects of a kind in a namespace that bear the labels of `selector`. */
  async list(
    apiVersion: string,
    kind: string,
    namespace: string,
    selector: string,
    signal: AbortSignal,
  ): Promise<Props[]> {
    const path = await this.#pathOf({ apiVersion, kind, metadata: { namespace } }, signal);
    const answer = await this.client.request({
      method: "GET",
      path: `${path}?labelSelector=${encodeURIComponent(selector)}`,
      signal,
    });
    return Array.isArray(answer["items"]) ? answer["items"].filter((item) => isObject(item)) : [];
  }

  async #unlessGone<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  async #pathOf(object: Props, signal: AbortSignal): Promise<string> {
    const { plural, namespaced } = await this.#kind(object, signal);
    const namespace = stringAt(object, ["metadata", "namespace"]) ?? this.client.connection.namespace;
    const name = stringAt(object, ["metadata", "name"]);
    return [
      apiRoot(stringAt(object, ["apiVersion"]) ?? ""),
      ...(namespaced ? ["namespaces", encodeURIComponent(namespace)] : []),
      plural,
      ...(name === undefined ? [] : [encodeURIComponent(name)]),
    ].join("/");
  }

  /** Asks a few times: the definition of a custom resource may be a moment old. */
  async #kind(object: Props, signal: AbortSignal): Promise<Kind> {
    const apiVersion = stringAt(object, ["apiVersion"]) ?? "";
    const kind = stringAt(object, ["kind"]) ?? "";
    for (let tries = 1; ; tries++) {
      const found = (await this.#kindsOf(apiVersion, signal)).get(kind);
      if (found !== undefined) return found;
      if (tries === discoveryTries) {
        throw new Error(
          `${describeObject(object)}: the cluster ${this.client.connection.server} does not know kind ${kind} of ${apiVersion}`,
        );
      }
      this.#kinds.delete(apiVersion);
      await sleep(discoveryPauseMs, undefined, { signal });
    }
  }

  #kindsOf(apiVersion: string, signal: AbortSignal): Promise<Map<string, Kind>> {
    const known = this.#kinds.get(apiVersion);
    if (known !== undefined) return known;
    const asked = this.#discover(apiVersion, signal);
    this.#kinds.set(apiVersion, asked);
    // A failure is not remembered; whoever asked is told.
    asked.catch(() => this.#kinds.delete(apiVersion));
    return asked;
  }

  async #discover(apiVersion: string, signal: AbortSignal): Promise<Map<string, Kind>> {
    const answer = await this.#unlessGone(() =>
      this.client.request({ method: "GET", path: apiRoot(apiVersion), signal }),
    );
    const resources = Array.isArray(answer?.["resources"]) ? answer["resources"] : [];
    const entries = resources.flatMap((resource): [string, Kind][] => {
      const [plural, kind] = [stringAt(resource, ["name"]), stringAt(resource, ["kind"])];
      // Subresources, e.g. deployments/scale, are listed as well.
      if (plural === undefined || kind === undefined || plural.includes("/")) return [];
      return [[kind, { plural, namespaced: isObject(resource) && resource["namespaced"] === true }]];
    });
    return new Map(entries);
  }
}
