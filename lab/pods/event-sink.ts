import type { KubernetesObject } from "@kubernetes/client-node";
import type { Kube } from "../nodes/kube.ts";
import { recordEvent, type EventText } from "./events.ts";

/** The same thing about the same object is said again only after this long, in ms. */
const quietMs = 30_000;

/** The Events of one object. What cannot be written is logged: no Event is worth stopping for. */
export class EventSink {
  readonly #said = new Map<string, number>();

  constructor(
    private readonly kube: Kube,
    private readonly about: KubernetesObject,
    private readonly node: string | undefined,
    private readonly log: (message: string) => void,
  ) {}

  add(event: EventText): void {
    const key = `${event.reason} ${event.message}`;
    if (Date.now() - (this.#said.get(key) ?? -Infinity) < quietMs) return;
    this.#said.set(key, Date.now());
    const source = { component: this.node === undefined ? "service-controller" : "kubelet", host: this.node };
    recordEvent(this.kube, this.about, event, source).catch((error: unknown) =>
      this.log(`event ${event.reason} (${event.message}) was not written: ${(error as Error).message}`),
    );
  }
}
