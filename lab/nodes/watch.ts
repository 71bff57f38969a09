import type { IncomingMessage } from "node:http";
import type { KubernetesListObject, KubernetesObject } from "@kubernetes/client-node";
import { KubeError, type Kube } from "./kube.ts";

export interface WatchHandlers<T> {
  /** An object appeared or changed. */
  readonly upsert: (object: T) => void;
  /** An object is gone. */
  readonly remove: (object: T) => void;
}

interface WatchOptions<T extends KubernetesObject> extends WatchHandlers<T> {
  readonly kube: Kube;
  /** The collection, e.g. `/api/v1/pods`. */
  readonly path: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  /** Told about each interruption; the watch itself goes on. */
  readonly onError: (error: Error) => void;
}

/** The API server ends a watch after this long, in s; nothing heard for a while longer means that it is dead. */
const watchSeconds = 240;
const idleTimeoutMs = (watchSeconds + 30) * 1000;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

/** Lists a collection, then follows it for ever; lists again after an error. */
export class CollectionWatch<T extends KubernetesObject> {
  readonly #objects = new Map<string, T>();
  readonly #options: WatchOptions<T>;
  #stopped = false;
  #stream?: IncomingMessage;

  private constructor(options: WatchOptions<T>) {
    this.#options = options;
  }

  /** Resolves once the first list is in and handled. */
  static async start<T extends KubernetesObject>(options: WatchOptions<T>): Promise<CollectionWatch<T>> {
    const watch = new CollectionWatch<T>(options);
    const version = await watch.#list();
    void watch.#follow(version);
    return watch;
  }

  values(): T[] {
    return [...this.#objects.values()];
  }

  get(namespace: string, name: string): T | undefined {
    return this.#objects.get(`${namespace}/${name}`);
  }

  stop(): void {
    this.#stopped = true;
    this.#stream?.destroy();
  }

  async #follow(version: string): Promise<void> {
    let next: string | undefined = version;
    let failures = 0;
    while (!this.#stopped) {
      try {
        next = await this.#watch(next ?? (await this.#list()));
        failures = 0;
      } catch (error) {
        if (this.#stopped) return;
        next = undefined;
        this.#options.onError(error as Error);
        await sleep(Math.min(5000, 100 * 2 ** failures++));
      }
    }
  }

  async #list(): Promise<string> {
    const { kube, path, upsert, remove } = this.#options;
    const list = await kube.get<KubernetesListObject<T>>(this.#url({}));
    const seen = new Set<string>();
    for (const object of list.items) {
      seen.add(keyOf(object));
      this.#objects.set(keyOf(object), object);
      upsert(object);
    }
    for (const [key, object] of this.#objects) {
      if (seen.has(key)) continue;
      this.#objects.delete(key);
      remove(object);
    }
    const version = list.metadata?.resourceVersion;
    if (version === undefined) throw new Error(`the list of ${path} has no resource version`);
    return version;
  }

  /** One watch request; returns the version to go on from when the API server ends it in its own time. */
  async #watch(from: string): Promise<string> {
    let version = from;
    const parameters = { watch: "1", allowWatchBookmarks: "true", resourceVersion: from, timeoutSeconds: watchSeconds };
    const stream = await this.#options.kube.stream(this.#url(parameters), idleTimeoutMs);
    this.#stream = stream;
    if (this.#stopped) stream.destroy();
    for await (const line of linesOf(stream)) {
      const { type, object } = JSON.parse(line) as { type: string; object: T };
      if (type === "ERROR") throw expired(object);
      version = object.metadata?.resourceVersion ?? version;
      if (type === "DELETED") {
        this.#objects.delete(keyOf(object));
        this.#options.remove(object);
      } else if (type !== "BOOKMARK") {
        this.#objects.set(keyOf(object), object);
        this.#options.upsert(object);
      }
    }
    return version;
  }

  #url(parameters: Record<string, string | number>): string {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) query.set(name, String(value));
    const { fieldSelector, labelSelector } = this.#options;
    if (fieldSelector !== undefined) query.set("fieldSelector", fieldSelector);
    if (labelSelector !== undefined) query.set("labelSelector", labelSelector);
    return `${this.#options.path}?${query.toString()}`;
  }
}

async function* linesOf(stream: IncomingMessage): AsyncGenerator<string> {
  stream.setEncoding("utf8");
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + (chunk as string)).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

const keyOf = (object: KubernetesObject): string => `${object.metadata?.namespace ?? ""}/${object.metadata?.name}`;

/** What a watch reports instead of an object: mostly 410, the version is too old to go on from. */
function expired(status: unknown): KubeError {
  const { code, reason, message } = status as { code?: number; reason?: string; message?: string };
  return new KubeError(code ?? 0, reason ?? "", `watch ended: ${message ?? JSON.stringify(status)}`);
}
