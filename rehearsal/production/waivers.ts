import { parse } from "yaml";
import { z } from "zod";
import type { Waiver } from "../../mirror/fidelity.ts";
import { waiversSchema } from "../../mirror/waivers.ts";
import { UsageError } from "../errors.ts";
import { readIfThere } from "../files.ts";

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
