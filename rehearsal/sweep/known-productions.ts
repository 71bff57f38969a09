import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { ProductionIdentity } from "../../preflight/production.ts";
import { UsageError } from "../errors.ts";
import { readIfThere } from "../files.ts";
import { productionOf } from "../guards.ts";
import { Runs } from "../run.ts";

const text = z.string().optional().catch(undefined);
const identity = z.looseObject({ clusterName: text, stateStore: text, networkId: text, zone: text });
const key = "kops-upgrade-rehearsal:production";
const stackFile = z.object({ config: z.looseObject({ [key]: identity.optional() }).default({}) });

/**
 * Every production that is known here: of the stack files, of the mirrors that this folder owns, of the environment.
 *
 * @param dir folder of the project
 * @param names of further production clusters
 * @throws UsageError when a stack file cannot be read: a guard that is blind must not let anything pass
 */
export async function knownProductions(dir: string, names: readonly string[]): Promise<ProductionIdentity[]> {
  const found: (ProductionIdentity | undefined)[] = names.map((clusterName) => ({ clusterName }));
  for (const file of (await readdir(dir)).filter((name) => /^Pulumi\..+\.ya?ml$/.test(name)).sort()) {
    const parsed = stackFile.safeParse(parse((await readIfThere(join(dir, file))) ?? ""));
    if (!parsed.success)
      throw new UsageError(`${file} does not say what production is in a way that can be read.`, {
        details: parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`),
        next: `correct ${key} in it`,
      });
    const production = parsed.data.config[key];
    if (production !== undefined) found.push({ ...production, clusterName: production.clusterName ?? "" });
  }
  const root = join(dir, ".rehearsal");
  for (const stack of await readdir(root).catch(() => []))
    found.push((await new Runs(join(root, stack)).owner())?.production);
  found.push(productionOf(process.env));
  return found.filter((one) => one !== undefined);
}
