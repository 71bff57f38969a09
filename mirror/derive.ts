import type { Manifest } from "../kops/manifest.ts";
import { decoded } from "./encoded.ts";
import { identifiersOf } from "./identifiers.ts";
import { inEnvironment } from "./credentials.ts";
import { knownToKops } from "./known-fields.ts";
import { addOwn } from "./own-fields.ts";
import { leaves, valueAt } from "./path.ts";
import type { Path } from "./path.ts";
import { isRecord, nameOf, titleOf } from "./production.ts";
import type { Production } from "./production.ts";
import { addressMap, rewriter } from "./rewrite.ts";
import { ruleAt, ruleOver, rulesFor } from "./rules/index.ts";
import type { FieldClass, Rule, RuleInput } from "./rules/rule.ts";
import type { MirrorSettings } from "./settings.ts";
import { shapesOf, subnetCidrs } from "./subnets.ts";
import { canonical } from "./versions.ts";

/** What became of one leaf of production's manifests. */
export interface Field {
  /** `Cluster`, `InstanceGroup nodes`. */
  readonly object: string;
  readonly path: Path;
  /** The path as the rules have it, in v1alpha2. */
  readonly canonical: Path;
  readonly class: FieldClass;
  readonly why: string;
  /** False for a field that neither the rules nor kops 1.35 know; it is kept. */
  readonly known: boolean;
  readonly production: unknown;
  readonly mirror: unknown;
}

export interface Mirror {
  /** The Cluster, then its InstanceGroups in production's order. */
  readonly manifests: readonly Manifest[];
  /** Every leaf of production's manifests, once. */
  readonly fields: readonly Field[];
}

/**
 * The mirror's manifests from production's: the same wherever it can be, and nothing that identifies production.
 * Pure: the same input gives the same output, and a mirror's own mirror is that mirror.
 *
 * @throws RangeError when the mirror's network cannot hold production's subnets
 */
export function deriveMirror(production: Production, mirror: MirrorSettings): Mirror {
  const identifiers = identifiersOf(production);
  const shapes = shapesOf(production.cluster);
  const subnets = subnetCidrs(shapes, mirror.network);
  const exact = shapes.flatMap(({ name, cidr }): [string, string][] => {
    const own = subnets.get(name);
    return own === undefined ? [] : [[cidr, own]];
  });
  const rewrite = rewriter(identifiers, mirror, addressMap(identifiers, mirror.network, exact));
  // Names of subnets may name the cluster.
  for (const [name, cidr] of [...subnets]) subnets.set(rewrite(name).text, cidr);
  const results = [production.cluster, ...production.groups].map((manifest) =>
    new Derivation(manifest, { mirror, rewrite, subnets, manifest, cluster: production.cluster }).run(),
  );
  const others = production.others.flatMap(notMirrored);
  return {
    manifests: results.map(({ manifest }) => manifest),
    fields: [...results.flatMap(({ fields }) => fields), ...others],
  };
}

/** SSH keys and objects of add-ons: `kops replace` takes no others than Cluster and InstanceGroup. */
function notMirrored(manifest: Manifest): Field[] {
  const isKey = manifest["kind"] === "SSHCredential" || manifest["kind"] === "Keyset";
  return leaves(manifest).map(({ path, value }) => ({
    object: `${titleOf(manifest)}${nameOf(manifest) === "" ? "(without a name)" : ""}`,
    path,
    canonical: path,
    class: isKey ? "replaced" : "notMirrored",
    why: isKey
      ? "the mirror has keys of its own"
      : "kops replaces only clusters and instance groups; apply it to the mirror yourself",
    known: true,
    production: value,
    mirror: undefined,
  }));
}

class Derivation {
  readonly #rules: readonly Rule[];
  readonly #apiVersion: string;
  readonly #object: string;
  readonly #fields: Field[] = [];

  constructor(
    private readonly manifest: Manifest,
    private readonly input: Omit<RuleInput, "parent">,
  ) {
    this.#rules = rulesFor(manifest);
    this.#apiVersion = String(manifest["apiVersion"]);
    this.#object = titleOf(manifest);
  }

  run(): { manifest: Manifest; fields: readonly Field[] } {
    const derived = this.#derive(this.manifest, [], {});
    const manifest = isRecord(derived) ? derived : {};
    addOwn(manifest, this.#rules, this.#apiVersion, this.input);
    return { manifest, fields: this.#fields };
  }

  /** The mirror's value for one of production's; undefined: none. */
  #derive(value: unknown, path: Path, parent: Readonly<Record<string, unknown>>): unknown {
    const rule = ruleAt(this.#rules, canonical(this.#apiVersion, path));
    if (rule && rule.class !== "mirrored") return this.#apply(rule, value, path, parent);
    if (Array.isArray(value)) {
      const items = value.map((item: unknown, i) => this.#derive(item, [...path, i], isRecord(item) ? item : parent));
      const kept = items.filter((item) => item !== undefined);
      if (value.length > 0) return kept.length > 0 ? kept : undefined;
    } else if (isRecord(value)) {
      const entries = Object.entries(value).flatMap(([name, item]): [string, unknown][] => {
        const derived = this.#derive(item, [...path, name], value);
        return derived === undefined ? [] : [[this.input.rewrite(name).text, derived]];
      });
      // What was empty is a choice (`rbac: {}`); what has become empty is nothing.
      if (Object.keys(value).length > 0) return entries.length > 0 ? Object.fromEntries(entries) : undefined;
    }
    return this.#leaf(value, path, parent);
  }

  #apply(rule: Rule, value: unknown, path: Path, parent: Readonly<Record<string, unknown>>): unknown {
    const result = rule.value?.(value, { ...this.input, parent });
    for (const leaf of leaves(value)) {
      const mirror = valueAt(result, leaf.path);
      const same = mirror !== undefined && JSON.stringify(mirror) === JSON.stringify(leaf.value);
      const none = result === undefined && rule.without !== undefined;
      this.#record([...path, ...leaf.path], leaf.value, mirror, {
        class: same ? "mirrored" : none ? "notMirrored" : rule.class,
        why: same ? "as in production" : none ? (rule.without ?? "") : rule.why,
      });
    }
    return result;
  }

  #leaf(value: unknown, path: Path, parent: Readonly<Record<string, unknown>>): unknown {
    const rule = ruleOver(this.#rules, canonical(this.#apiVersion, path));
    const known = rule !== undefined && knownToKops(this.#apiVersion, String(this.manifest["kind"]), path);
    const names = path.filter((part) => typeof part === "string").flatMap((name) => this.input.rewrite(name).found);
    const { text, found } = this.#rewritten(value, path, parent);
    const why = [...new Set([...names, ...found])];
    this.#record(path, value, text, {
      class: why.length > 0 ? "replaced" : "mirrored",
      why:
        why.length > 0
          ? `names ${why.join(" and ")}; the mirror has its own, or one that leads nowhere`
          : known
            ? "as in production"
            : "not known to kops 1.35, which passes over it; kept as in production",
      known,
    });
    return text;
  }

  #rewritten(
    value: unknown,
    path: Path,
    parent: Readonly<Record<string, unknown>>,
  ): { text: unknown; found: readonly string[] } {
    if (typeof value !== "string" || isImage(path)) return { text: value, found: [] };
    if (inEnvironment(path, parent)) return { text: "REPLACED", found: value === "REPLACED" ? [] : ["a credential"] };
    return decoded(value, path, parent, this.input.rewrite);
  }

  #record(path: Path, production: unknown, mirror: unknown, what: Partial<Field> & Pick<Field, "class" | "why">): void {
    this.#fields.push({
      object: this.#object,
      path,
      canonical: canonical(this.#apiVersion, path),
      known: true,
      production,
      mirror,
      ...what,
    });
  }
}

/** An image is only read, and the same one is what matters; so its account and registry stay. */
function isImage(path: Path): boolean {
  return /image(Name)?$/i.test(String(path.at(-1))) && path[0] === "spec";
}
