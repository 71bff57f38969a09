import type { V1Pod, V1PodStatus } from "@kubernetes/client-node";
import { isConflict, isNotFound, type Kube } from "../nodes/kube.ts";

export const podPath = ({ metadata }: V1Pod): string =>
  `/api/v1/namespaces/${metadata?.namespace}/pods/${metadata?.name}`;

/**
 * Writes a pod's status, one write at a time: what changes while one is under way goes into the next. A write that
 * fails is tried again until it succeeds or the pod is gone.
 */
export class StatusWriter {
  readonly #kube: Kube;
  readonly #pod: V1Pod;
  readonly #status: () => V1PodStatus;
  readonly #log: (message: string) => void;
  #dirty = false;
  #gone = false;
  #writing?: Promise<void>;
  #last = "";

  constructor(kube: Kube, pod: V1Pod, status: () => V1PodStatus, log: (message: string) => void) {
    this.#kube = kube;
    this.#pod = pod;
    this.#status = status;
    this.#log = log;
  }

  /** The status has changed. */
  changed(): void {
    this.#dirty = true;
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
  }

  /** Resolves when everything said so far is written. */
  async flushed(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  /** Nothing is written any more. */
  close(): void {
    this.#gone = true;
  }

  async #write(): Promise<void> {
    // Changes of one and the same moment make one write.
    await new Promise((resolve) => setImmediate(resolve));
    let failures = 0;
    while (this.#dirty && !this.#gone) {
      this.#dirty = false;
      const status = this.#status();
      const text = JSON.stringify(status);
      if (text === this.#last) continue;
      try {
        // With its UID, so that a new pod of the same name is left alone.
        await this.#kube.patch(`${podPath(this.#pod)}/status`, { metadata: { uid: this.#pod.metadata?.uid }, status });
        this.#last = text;
        failures = 0;
      } catch (error) {
        if (isNotFound(error) || isConflict(error)) return;
        this.#dirty = true;
        this.#log(`status of pod ${this.#pod.metadata?.name}: ${(error as Error).message}; trying again`);
        await new Promise((resolve) => setTimeout(resolve, Math.min(5000, 100 * 2 ** failures++)).unref());
      }
    }
  }
}
