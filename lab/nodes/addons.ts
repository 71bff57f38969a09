import type { Part } from "../context.ts";
import { readChannel, readManifest, type Addon } from "./addon-channel.ts";
import { Applier } from "./apply.ts";
import type { Kube } from "./kube.ts";
import type { StateStore } from "./state-store.ts";

export interface AddonOptions {
  readonly kube: Kube;
  readonly store: StateStore;
  /** The channels of the control plane, and its version; undefined while no control-plane node is up. */
  readonly channels: () => { locations: readonly string[]; kubernetesVersion: string } | undefined;
  readonly log: (message: string) => void;
  /** How often the channels are looked at, in ms. Default 3000 (protokube: a minute). */
  readonly intervalMs?: number;
}

/** Applies the add-ons that kops put into the state store, at the start and whenever they change. */
export class Addons implements Part {
  readonly #applied = new Map<string, string>();
  readonly #applier: Applier;
  readonly #options: AddonOptions;
  #timer?: NodeJS.Timeout;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;
  #lastError = "";

  constructor(options: AddonOptions) {
    this.#options = options;
    this.#applier = new Applier(options.kube, "kops");
  }

  /** Looks now, and from then on at every interval. */
  look(): void {
    clearTimeout(this.#timer);
    this.#running = this.#running.then(async () => {
      if (this.#stopped) return;
      try {
        await this.#sync();
        this.#lastError = "";
      } catch (error) {
        this.#complain(`add-ons: ${(error as Error).message}; trying again`);
      }
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.look(), this.#options.intervalMs ?? 3000);
      this.#timer.unref();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #sync(): Promise<void> {
    const channels = this.#options.channels();
    if (channels === undefined) return;
    for (const location of channels.locations) {
      const content = await this.#options.store.read(location);
      if (content === undefined) throw new Error(`there is no ${location} in the state store`);
      for (const addon of readChannel(content, location, channels.kubernetesVersion)) {
        if (this.#stopped) return;
        if (this.#applied.get(addon.name) === addon.revision) continue;
        await this.#apply(addon);
      }
    }
  }

  async #apply(addon: Addon): Promise<void> {
    const manifest = await this.#options.store.read(addon.location);
    if (manifest === undefined) return this.#complain(`add-on ${addon.name}: there is no ${addon.location}`);
    const failures: string[] = [];
    for (const object of readManifest(manifest)) {
      try {
        await this.#applier.apply(object);
      } catch (error) {
        failures.push(`${object.kind} ${object.metadata.name}: ${(error as Error).message}`);
      }
    }
    if (failures.length > 0) return this.#complain(`add-on ${addon.name}, trying again: ${failures.join("; ")}`);
    this.#options.log(`add-on ${addon.name} applied`);
    this.#applied.set(addon.name, addon.revision);
  }

  /** Says it once, not at every interval. */
  #complain(message: string): void {
    if (message !== this.#lastError) this.#options.log(message);
    this.#lastError = message;
  }
}
