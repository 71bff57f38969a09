import { makeInformer, type KubernetesListObject, type KubernetesObject } from "@kubernetes/client-node";
import type { Cluster } from "../cluster.ts";
import { messageOf } from "../errors.ts";
import type { NewEvent } from "../event-log.ts";
import { limited } from "../limited.ts";

const retryMs = 1000;
/** An API server that takes a call and never answers, as one does whose instance has just gone, must not end the watch. */
const listLimitMs = 15_000;

/**
 * Follows a collection of the API server and tells what happens to its objects. The API server may go away at any time:
 * the watch is taken up again until it is stopped.
 */
export class Follower<T extends KubernetesObject> {
  readonly #objects = new Map<string, T>();
  #stop = (): Promise<void> => Promise.resolve();
  #stopped = false;

  constructor(
    private readonly options: {
      readonly cluster: Pick<Cluster, "kubeConfig">;
      readonly path: string;
      /** The same as that of `list`; absent: all. */
      readonly labelSelector?: string;
      readonly list: () => Promise<KubernetesListObject<T>>;
      /** What happened between two sights of an object; `undefined` is not there. */
      readonly tell?: (before: T | undefined, after: T | undefined) => readonly NewEvent[];
      /** What there is to say of an object that is there as the watch begins: that did not happen now. */
      readonly atFirst?: (object: T) => readonly NewEvent[];
      readonly emit: (event: NewEvent) => void;
    },
  ) {}

  /** As last seen. */
  objects(): T[] {
    return [...this.#objects.values()];
  }

  async start(): Promise<void> {
    const { cluster, path, labelSelector, list, tell, atFirst, emit } = this.options;
    let first = true;
    const informer = makeInformer<T>(cluster.kubeConfig, path, () => limited(list(), listLimitMs), labelSelector);
    const see = (object: T, gone: boolean): void => {
      const key = `${object.metadata?.namespace ?? ""}/${object.metadata?.name ?? ""}`;
      const before = this.#objects.get(key);
      if (gone) this.#objects.delete(key);
      else this.#objects.set(key, object);
      for (const event of (first ? atFirst?.(object) : tell?.(before, gone ? undefined : object)) ?? []) emit(event);
    };
    informer.on("add", (object) => see(object, false));
    informer.on("update", (object) => see(object, false));
    informer.on("delete", (object) => see(object, true));
    const restart = (): void => {
      if (this.#stopped) return;
      setTimeout(() => {
        if (!this.#stopped) informer.start().then(() => (first = false), restart);
      }, retryMs).unref();
    };
    informer.on("error", restart);
    this.#stop = () => informer.stop();
    await informer.start().then(
      () => (first = false),
      (error: unknown) => {
        emit({ kind: "warning", message: `cannot watch ${path} yet: ${messageOf(error).split("\n")[0] ?? ""}` });
        restart();
      },
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#stop();
  }
}
