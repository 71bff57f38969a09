import type { Life } from "./life.ts";

/** What an account has besides the mirror, production among it. */
const others = ["cluster/production.example.com", "bucket/production-state-store", "bucket/mirror-state-store"];

/** A kops cluster as the bodies of the steps change it; each change is one at which the process can die. */
export class World {
  readonly #things = new Set(others);
  /** Kubelet versions by node. */
  readonly nodes = new Map<string, string>();
  /** Instances that a roll has taken out of their groups. */
  readonly detached = new Set<string>();
  /** The version in the state store; undefined without a cluster. */
  version: string | undefined;
  /** Clusters that were made since the last deletion. */
  made = 0;
  #next = 0;

  constructor(
    private readonly life: Life,
    private readonly size: number,
  ) {}

  inventory(): string[] {
    return [...this.#things, ...this.nodes.keys(), ...this.detached].sort();
  }

  static readonly atFirst = [...others].sort();

  /** kops replace, update; what is there already stays. */
  create(version: string): void {
    this.#add("state/mirror", () => {
      this.version = version;
      this.made++;
    });
    this.#add("vpc/mirror");
    this.#add("group/mirror");
    while (this.nodes.size < this.size) this.#launch(this.version ?? version);
  }

  isWhole(): boolean {
    return this.version !== undefined && this.#things.has("group/mirror") && this.nodes.size === this.size;
  }

  /** Auto Scaling replaces what it lacks, whoever lives or dies meanwhile. */
  scale(): void {
    while (this.#things.has("group/mirror") && this.nodes.size < this.size)
      this.nodes.set(`i-${this.#next++}`, this.version ?? "");
  }

  edit(version: string): void {
    this.life.effect();
    this.version = version;
  }

  /** kops rolling-update: each node that is not at the version is taken out, replaced, and ended. */
  roll(): void {
    const version = this.version ?? "";
    for (const [node, has] of this.nodes) {
      if (has === version) continue;
      this.life.effect();
      this.nodes.delete(node);
      this.detached.add(node);
      this.#launch(version);
      this.life.effect();
      this.detached.delete(node);
    }
    // A roll that was killed left its surge; kops ends it with the next one.
    for (const node of this.detached) {
      this.life.effect();
      this.detached.delete(node);
    }
  }

  /** Node by node, then the rest; whatever is gone already is fine. */
  remove(): void {
    for (const set of [this.detached, this.nodes])
      for (const node of set.keys()) {
        this.life.effect();
        set.delete(node);
      }
    for (const thing of ["group/mirror", "vpc/mirror", "state/mirror"]) {
      this.life.effect();
      this.#things.delete(thing);
    }
    this.version = undefined;
    this.made = 0;
  }

  #add(thing: string, then: () => void = () => undefined): void {
    if (this.#things.has(thing)) return;
    this.life.effect();
    this.#things.add(thing);
    then();
  }

  #launch(version: string): void {
    this.life.effect();
    this.nodes.set(`i-${this.#next++}`, version);
  }
}
