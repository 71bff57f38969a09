import { parse } from "yaml";
import { z } from "zod";
import type { Waiver } from "../../mirror/fidelity.ts";
import { UsageError } from "../errors.ts";
import { readIfThere } from "../files.ts";

/** Differences from production that somebody answers for; a setting of a stack. */
export const waiversSchema = z.array(
  z.strictObject({ field: z.string().min(1), by: z.string().min(1), why: z.string().min(1) }),
);

const key = "kops-upgrade-rehearsal:waivers";
const stackFile = z.object({ config: z.looseObject({ [key]: waiversSchema.optional() }).default({}) });

/** The waivers of a stack, from `Pulumi.<stack>.yaml` in the current folder. */
export async function readWaivers(stack: string): Promise<readonly Waiver[]> {
  const file = `Pulumi.${stack}.yaml`;
  const text = await readIfThere(file);
  if (text === undefined)
    throw new UsageError(`There is no ${file} here.`, {
      next: "run this in the project's folder, with the stack's name",
    });
  const parsed = stackFile.safeParse(parse(text));
  if (parsed.success) return parsed.data.config[key] ?? [];
  throw new UsageError(`The waivers of ${file} are not of the form [{ field, by, why }].`, {
    details: parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`),
  });
}
