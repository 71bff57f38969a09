import type { Manifest } from "../../kops/manifest.ts";
import { parsePattern } from "../path.ts";
import type { Pattern } from "../path.ts";
import type { MirrorSettings } from "../settings.ts";
import type { Rewrite } from "../rewrite.ts";

/**
 * - `mirrored`: as in production
 * - `scaled`: a size, made smaller
 * - `replaced`: has to differ, since it identifies production or gives access to what is production's
 * - `notMirrored`: could be as in production and is not
 */
export const fieldClasses = ["mirrored", "scaled", "replaced", "notMirrored"] as const;
export type FieldClass = (typeof fieldClasses)[number];

/** What a rule's value may depend on. */
export interface RuleInput {
  readonly mirror: MirrorSettings;
  readonly rewrite: Rewrite;
  /** Range of the mirror's network by name of subnet. */
  readonly subnets: ReadonlyMap<string, string>;
  /** The whole Cluster or InstanceGroup, and production's Cluster. */
  readonly manifest: Manifest;
  readonly cluster: Manifest;
  /** What the field is in. */
  readonly parent: Readonly<Record<string, unknown>>;
}

/** What becomes of a field and of everything under it; a rule for something deeper goes first. */
export interface Rule {
  /** As in v1alpha2: `spec.etcdClusters[].etcdMembers[].kmsKeyId`. */
  readonly field: Pattern;
  readonly class: FieldClass;
  /** Why it is not as in production, for a person. */
  readonly why: string;
  /** What the mirror has instead; undefined: nothing. */
  readonly value?: (original: unknown, input: RuleInput) => unknown;
  /** Why the field is not mirrored where `value` gives nothing; absent: nothing is as good as a replacement. */
  readonly without?: string;
  /** Also where production has nothing. */
  readonly always?: boolean;
}

export const mirrored = (...fields: readonly string[]): Rule[] =>
  fields.map((field) => ({ field: parsePattern(field), class: "mirrored", why: "as in production" }));

/** Could be as in production, and is left out. */
export const leftOut = (why: string, ...fields: readonly string[]): Rule[] =>
  fields.map((field) => ({ field: parsePattern(field), class: "notMirrored", why }));

/** Could be as in production, and may have another value. */
export const changed = (why: string, field: string, value: NonNullable<Rule["value"]>): Rule => ({
  ...replaced(why, field, value),
  class: "notMirrored",
});

/** Has to differ, and is best left out: kops then sets its own. */
export const withoutIdentity = (why: string, ...fields: readonly string[]): Rule[] =>
  fields.map((field) => ({ field: parsePattern(field), class: "replaced", why }));

export const replaced = (why: string, field: string, value: NonNullable<Rule["value"]>): Rule => ({
  field: parsePattern(field),
  class: "replaced",
  why,
  value,
});

/** A field that the mirror needs whether or not production has it. */
export const own = (why: string, field: string, value: NonNullable<Rule["value"]>): Rule => ({
  ...replaced(why, field, value),
  always: true,
});

export const scaled = (why: string, field: string, value: NonNullable<Rule["value"]>): Rule => ({
  ...replaced(why, field, value),
  class: "scaled",
});
