import { z } from "zod";

/** How far the mirror was like production, by fields of production's manifests. */
export const fidelitySchema = z.object({
  fields: z.number().int(),
  mirrored: z.number().int(),
  scaled: z.number().int(),
  /** Had to differ: identities of production. */
  replaced: z.number().int(),
  /** Differs, and somebody answers for it in the stack's settings. */
  waived: z.number().int(),
  notMirrored: z.number().int(),
  /** Of all fields: how many kops 1.35 does not know (they are kept as they are). */
  unknown: z.number().int(),
  /** The fields that are not mirrored. */
  unwaived: z.array(
    z.object({
      /** `Cluster`, `InstanceGroup nodes`. */
      object: z.string(),
      field: z.string(),
      why: z.string(),
      /** What the upgrade changes about it, with the source of that; `null`: nothing. */
      changedBy: z.string().nullable(),
    }),
  ),
});
export type FidelityReport = z.infer<typeof fidelitySchema>;

/**
 * Why a mirror cannot vouch for production: fields that it has not, that nobody waived and that an upgrade changes.
 * Fields of one object that are near each other are told once.
 */
export function fidelityFaults(fidelity: FidelityReport | null): string[] {
  const groups = new Map<string, { changedBy: string; fields: string[] }>();
  for (const { object, field, changedBy } of fidelity?.unwaived ?? []) {
    if (changedBy === null) continue;
    const top = field.split(/[.[]/).slice(0, 2).join(".");
    const group = groups.get(`${object} ${top}`) ?? { changedBy, fields: [] };
    groups.set(`${object} ${top}`, { changedBy, fields: [...group.fields, field] });
  }
  return [...groups].map(
    ([top, { changedBy, fields }]) =>
      `production's ${top} is not in the mirror (${fields.length === 1 ? (fields[0] ?? "") : `${fields.length} fields`}), ` +
      `and an upgrade matters to it: ${changedBy}; mirror it, or waive it in the stack's settings (waivers)`,
  );
}

/** `512 fields of production: 93.2 % mirrored, 1.0 % scaled, 5.1 % replaced on purpose, 0.2 % waived, 0.5 % not mirrored`. */
export function fidelityText(fidelity: FidelityReport): string {
  const share = (count: number): string => `${((100 * count) / Math.max(1, fidelity.fields)).toFixed(1)} %`;
  const classes = [
    `${share(fidelity.mirrored)} mirrored`,
    `${share(fidelity.scaled)} scaled`,
    `${share(fidelity.replaced)} replaced on purpose`,
    `${share(fidelity.waived)} waived`,
    `${share(fidelity.notMirrored)} not mirrored`,
  ];
  const unknown = fidelity.unknown === 0 ? "" : `; ${fidelity.unknown} of them not known to kops 1.35`;
  return `${fidelity.fields} fields of production: ${classes.join(", ")}${unknown}`;
}

/** What of it matters most, on one line of a terminal: `93.2 % of production's 512 fields mirrored, 0.5 % not (1 matters)`. */
export function fidelityInShort({ fields, mirrored, notMirrored, unwaived }: FidelityReport): string {
  const share = (count: number): string => `${((100 * count) / Math.max(1, fields)).toFixed(1)} %`;
  const matter = unwaived.filter(({ changedBy }) => changedBy !== null).length;
  const much = matter === 0 ? "" : ` (${matter} ${matter === 1 ? "matters" : "matter"})`;
  return `${share(mirrored)} of production's ${fields} fields mirrored, ${share(notMirrored)} not${much}`;
}
