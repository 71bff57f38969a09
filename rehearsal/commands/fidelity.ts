import { join } from "node:path";
import { fidelityText } from "../../analysis/fidelity.ts";
import { deriveMirror } from "../../mirror/derive.ts";
import type { Mirror } from "../../mirror/derive.ts";
import { fidelityOf, fidelityReport } from "../../mirror/fidelity.ts";
import type { Fidelity, FidelityField, Waiver } from "../../mirror/fidelity.ts";
import { inertFixtures } from "../../mirror/fixtures.ts";
import { example } from "../../mirror/example-settings.ts";
import { runningDifferences } from "../../mirror/running.ts";
import type { RunningDifference } from "../../mirror/running.ts";
import { mirrorSettings } from "../../settings/mirror-settings.ts";
import { UsageError } from "../errors.ts";
import { writeWhole } from "../files.ts";
import { manifestsYaml } from "../manifests.ts";
import { readRunning } from "../production/running.ts";
import { readProduction } from "../production/source.ts";
import { stackSettings } from "../stack-settings.ts";

export interface FidelityOptions {
  /** Production; the stack's source when absent. */
  readonly from?: string;
  readonly profile?: string;
  /** Whose mirror it is, with its waivers. Default: a mirror like any other, and no waivers. */
  readonly stack?: string;
  readonly kubeconfig?: string;
  readonly fixtures?: string;
  readonly discoveryStore?: string;
}

/** Reads production, compares, and says how like it a mirror is. */
export async function fidelityCommand(options: FidelityOptions, output: "text" | "json"): Promise<string> {
  const { kubeconfig, fixtures } = options;
  if (fixtures !== undefined && kubeconfig === undefined)
    throw new UsageError("--fixtures needs --kubeconfig: copies are made of what runs in production.");
  const { mirror, waivers } = await mirrorFor(options);
  const fidelity = fidelityOf(mirror.fields, waivers);
  const running = kubeconfig === undefined ? undefined : await readRunning(kubeconfig);
  if (running !== undefined && fixtures !== undefined)
    await writeWhole(
      join(fixtures, "production-fixtures.yaml"),
      manifestsYaml(inertFixtures(running, mirror.manifests)),
    );
  const differences = running && runningDifferences(running, mirror.manifests);
  return output === "json" ? fidelityAsJson(fidelity, differences) : fidelityAsText(fidelity, differences);
}

async function mirrorFor(options: FidelityOptions): Promise<{ mirror: Mirror; waivers: readonly Waiver[] }> {
  const { from, profile, stack, discoveryStore } = options;
  const settings = stack === undefined ? undefined : await stackSettings(stack);
  const given = from === undefined ? undefined : await readProduction(from, { profile });
  const source = settings?.blueprint.from === "production" ? settings.blueprint.production : undefined;
  const production = given ?? source;
  if (production === undefined)
    throw new UsageError("Which production is the mirror to be compared with?", {
      details: settings === undefined ? [] : [`Stack ${settings.stack} names no production.source.`],
      next: "name it with --from, or a stack that has a source with --stack",
    });
  const own = settings === undefined ? example(production) : mirrorSettings(settings);
  const mirror = deriveMirror(production, { ...own, discoveryStore: discoveryStore ?? own.discoveryStore });
  return { mirror, waivers: settings?.waivers ?? [] };
}

const titles: Readonly<Record<FidelityField["class"], string>> = {
  notMirrored: "Not mirrored",
  waived: "Waived",
  replaced: "Replaced on purpose",
  scaled: "Scaled",
  mirrored: "Mirrored",
};

/** The fidelity report for a terminal: the shares, every field that differs, and what runs in production only. */
export function fidelityAsText(fidelity: Fidelity, running: readonly RunningDifference[] | undefined): string {
  const sections = Object.entries(titles).flatMap(([name, title]) => {
    const fields = fidelity.fields.filter((field) => field.class === name);
    // What is as in production needs no list, except for what this version does not know.
    const listed = name === "mirrored" ? fields.filter(({ known }) => !known) : fields;
    const heading = name === "mirrored" ? "Mirrored, though kops 1.35 does not know them" : title;
    return listed.length === 0 ? [] : ["", `${heading} (${listed.length}):`, ...listed.map(line)];
  });
  const unused = fidelity.unusedWaivers.map((field) => `Waiver of ${field}: nothing that it stands for is left out.`);
  const rest = running === undefined ? [] : ["", ...runningText(running)];
  return [fidelityText(fidelityReport(fidelity)), ...sections, ...unused, ...rest, ""].join("\n");
}

function line({ object, field, why, changedBy, class: name }: FidelityField): string {
  const upgrade = name === "notMirrored" && changedBy !== null ? `; the upgrade matters to it: ${changedBy}` : "";
  return `  ${object} ${field}: ${why}${upgrade}`;
}

function runningText(running: readonly RunningDifference[]): string[] {
  if (running.length === 0) return ["Nothing runs in production that would not be in the mirror."];
  const kinds = [...new Set(running.map(({ kind }) => kind))];
  return [
    `In production, and not in the mirror (${running.length}):`,
    ...kinds.flatMap((kind) => [
      `  ${kind}:`,
      ...running.filter((item) => item.kind === kind).map(({ name, why }) => `    ${name}: ${why}`),
    ]),
  ];
}

/** The same as JSON. */
export function fidelityAsJson(fidelity: Fidelity, running: readonly RunningDifference[] | undefined): string {
  const report = { ...fidelityReport(fidelity), ...fidelity, running: running ?? null };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
