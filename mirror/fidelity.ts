import type { FidelityReport } from "../analysis/fidelity.ts";
import type { Field } from "./derive.ts";
import { covers, parsePattern, showPath } from "./path.ts";
import { changedByUpgrade } from "./version-sensitive.ts";

/** A difference that somebody answers for. */
export interface Waiver {
  /**
   * A field and all that is under it, as v1alpha2 has it: `spec.assets`, `spec.subnets[].egress`. In one object only:
   * `InstanceGroup nodes spec.externalLoadBalancers`.
   */
  readonly field: string;
  readonly by: string;
  readonly why: string;
}

/** What became of one field of production's, for a person. */
export interface FidelityField {
  readonly object: string;
  readonly field: string;
  readonly class: "mirrored" | "scaled" | "replaced" | "waived" | "notMirrored";
  readonly why: string;
  readonly known: boolean;
  /** What the upgrade changes about it, with the source of that; null: nothing. */
  readonly changedBy: string | null;
}

export interface Fidelity {
  readonly fields: readonly FidelityField[];
  /** Unused ones are as likely misspelt as out of date. */
  readonly unusedWaivers: readonly string[];
}

/** Every field of production's, with waivers taken into account. */
export function fidelityOf(fields: readonly Field[], waivers: readonly Waiver[] = []): Fidelity {
  const parsed = waivers.map((waiver) => ({ waiver, applies: appliesTo(waiver.field) }));
  const used = new Set<Waiver>();
  const result = fields.map((field): FidelityField => {
    const waiver = field.class === "notMirrored" ? parsed.find(({ applies }) => applies(field))?.waiver : undefined;
    if (waiver) used.add(waiver);
    return {
      object: field.object,
      field: showPath(field.path),
      class: waiver ? "waived" : field.class,
      why: waiver ? `${field.why}; waived by ${waiver.by}: ${waiver.why}` : field.why,
      known: field.known,
      changedBy: changedByUpgrade(field.canonical) ?? null,
    };
  });
  return { fields: result, unusedWaivers: waivers.filter((waiver) => !used.has(waiver)).map(({ field }) => field) };
}

function appliesTo(text: string): (field: Field) => boolean {
  const [, object, path = text] = /^(Cluster|\S+ \S+) (.+)$/.exec(text) ?? [];
  const pattern = parsePattern(path);
  return (field) => (object === undefined || field.object === object) && covers(pattern, field.canonical);
}

/** What a verdict keeps of it: numbers, and what nobody answers for. */
export function fidelityReport({ fields }: Fidelity): FidelityReport {
  const count = (name: FidelityField["class"]): number => fields.filter((field) => field.class === name).length;
  return {
    fields: fields.length,
    mirrored: count("mirrored"),
    scaled: count("scaled"),
    replaced: count("replaced"),
    waived: count("waived"),
    notMirrored: count("notMirrored"),
    unknown: fields.filter(({ known }) => !known).length,
    unwaived: fields
      .filter((field) => field.class === "notMirrored")
      .map(({ object, field, why, changedBy }) => ({ object, field, why, changedBy })),
  };
}
