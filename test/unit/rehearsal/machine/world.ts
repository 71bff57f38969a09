import { Broken, needs } from "./broken.ts";
import type { Life } from "./life.ts";

/** What an account has besides the mirror, production among it. */
const others = ["cluster/production.example.com", "bucket/production-state-store", "bucket/mirror-state-store"];
const things = ["state/mirror", "vpc/mirror", "group/control-plane", "group/nodes"];

export const roles = ["control-plane", "node"] as const;
export type Role = (typeof roles)[number];

export interface Machine {
  /** Of its kubelet. */
  readonly version: string;
  readonly role: Role;
  cordoned: boolean;
}

export interface Roll {
  readonly roles: readonly Role[];
  readonly force: boolean;
  /** What kops prints; somebody may stop it upon that. */
  readonly tell: (line: string) => void;
  /** Before a node is replaced; throws what halts the roll. */
  readonly next: () => void;
}

const asMade = { min: 1, max: 2, desired: 2 };

/** A kops cluster as kops, AWS and Kubernetes change it; each change is one at which the process can die. */
export class World {
  readonly #things = new Set(others);
  readonly nodes = new Map<string, Machine>();
  /** Instances that a roll has taken out of their groups. */
  readonly detached = new Map<string, Machine>();
  /** The version in the state store; undefined without a cluster. */
  version: string | undefined;
  /** Versions that new instances get. */
  #templates: Record<Role, string> = { "control-plane": "", node: "" };
  /** The Auto Scaling group of the nodes. */
  group = { ...asMade };
  /** Clusters that were made since the last deletion. */
  made = 0;
  /** Whether a node that is added while only the control plane is upgraded gets ready. */
  joins = true;
  /** A node is added beyond the two; throws when it must not. */
  onProbe: () => void = () => undefined;
  #next = 0;

  constructor(private readonly life: Life) {}

  static readonly atFirst = [...others].sort();

  inventory(): string[] {
    return [...this.#things, ...this.nodes.keys(), ...this.detached.keys()].sort();
  }

  /** Nothing of a skew probe is left. */
  isAsMade(): boolean {
    return JSON.stringify(this.group) === JSON.stringify(asMade) && this.ids("node").length <= asMade.desired;
  }

  isWhole(): boolean {
    const group = this.ids("node").length === this.group.desired && this.ids("control-plane").length === 1;
    return this.version !== undefined && this.#things.has("group/nodes") && group;
  }

  /** All nodes are at the version of the specification. */
  isAtOneVersion(): boolean {
    return this.isWhole() && [...this.nodes.values()].every(({ version }) => version === this.version);
  }

  ids(role: Role): string[] {
    return [...this.nodes].filter(([, node]) => node.role === role).map(([id]) => id);
  }

  /** How many of the nodes that it was made with have gone for ones of this version. */
  replacedBy(version: string): number {
    return 3 - [...this.nodes.values(), ...this.detached.values()].filter((node) => node.version !== version).length;
  }

  /** Auto Scaling replaces what it lacks, whoever lives or dies meanwhile. */
  scale(): void {
    if (this.#things.has("group/control-plane") && this.ids("control-plane").length === 0)
      this.#launch("control-plane");
    while (this.#things.has("group/nodes") && this.ids("node").length < this.group.desired) this.#launch("node");
  }

  /** kops replace. */
  replace(version: string): void {
    this.life.effect();
    if (this.version === undefined) this.made++;
    this.#things.add("state/mirror");
    this.version = version;
  }

  /** What kops update would do. */
  pending(): Role[] {
    return roles.filter((role) => this.#templates[role] !== this.version);
  }

  /** kops update; what is there already stays. */
  update(which: readonly Role[]): void {
    for (const role of which.filter((one) => this.pending().includes(one))) {
      this.life.effect();
      this.#templates[role] = this.version ?? "";
    }
    for (const thing of things) {
      if (this.#things.has(thing)) continue;
      this.life.effect();
      this.#things.add(thing);
    }
    this.scale();
  }

  /** How many of a role kops rolling-update would replace. */
  stale(role: Role): number {
    const old = this.ids(role).filter((id) => this.nodes.get(id)?.version !== this.#templates[role]);
    return old.length + [...this.detached.values()].filter((one) => one.role === role).length;
  }

  /** kops rolling-update: node by node is drained, taken out, replaced and ended. */
  roll({ roles: which, force, tell, next }: Roll): void {
    for (const role of roles.filter((one) => which.includes(one))) {
      for (const id of this.ids(role)) {
        const node = this.nodes.get(id);
        if (node === undefined || (!force && node.version === this.#templates[role])) continue;
        next();
        this.life.effect();
        node.cordoned = true;
        tell(`Draining the node: "${id}".`);
        next();
        this.life.effect();
        this.nodes.delete(id);
        this.detached.set(id, node);
        this.life.effect();
        this.scale();
        this.#end(id, tell);
      }
      // A roll that was killed left its surge; kops ends it with the next one.
      for (const [id, left] of this.detached) if (left.role === role) this.#end(id, tell);
    }
  }

  #end(id: string, tell: (line: string) => void): void {
    this.life.effect();
    this.detached.delete(id);
    tell(`Stopping instance "${id}", node "${id}", in group "nodes" (this may take a while).`);
    tell("Cluster validated.");
  }

  /** As somebody asks Auto Scaling for. */
  resize(size: Partial<typeof asMade>): void {
    this.life.effect();
    this.group = { ...this.group, ...size };
    needs(this.group.desired <= this.group.max, "more is desired than the group may have");
    const before = this.ids("node").length;
    if (before < this.group.desired) this.onProbe();
    this.scale();
    needs(this.ids("node").length <= asMade.desired + 1, "two nodes were added");
    if (this.ids("node").length > this.group.desired) throw new Broken("Auto Scaling chooses which node goes");
  }

  /** Takes away this one, and desires one less. */
  terminate(id: string): void {
    needs(this.nodes.has(id) && this.nodes.size > 3, `${id} was there before the probe`);
    this.life.effect();
    this.nodes.delete(id);
    this.group.desired--;
  }

  /** kops delete: node by node, then the rest; whatever is gone already is fine. */
  remove(): void {
    for (const set of [this.detached, this.nodes])
      for (const node of set.keys()) {
        this.life.effect();
        set.delete(node);
      }
    for (const thing of [...things].reverse()) {
      this.life.effect();
      this.#things.delete(thing);
    }
    this.version = undefined;
    this.#templates = { "control-plane": "", node: "" };
    this.group = { ...asMade };
    this.made = 0;
  }

  #launch(role: Role): void {
    this.nodes.set(`i-${this.#next++}`, { version: this.#templates[role], role, cordoned: false });
  }
}
