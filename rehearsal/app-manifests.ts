import { readFileSync } from "node:fs";
import { isAbsolute, relative } from "node:path";
import { parseManifests, withNamespace } from "../components/user-manifests.ts";
import type { KubernetesManifest } from "../components/kubernetes-object.ts";
import type { Settings } from "../settings/parse.ts";
import { helmTemplateArgv, kustomizeArgv } from "./app-argv.ts";

/** Manifests of the user's own service, with where they are from. */
export interface AppSource {
  /** Setting and file, as `app.manifests: shop.yaml`. */
  readonly from: string;
  readonly manifests: readonly KubernetesManifest[];
}

/**
 * The manifests of the user's own service: files as they are, a kustomization or chart as `kubectl kustomize` and
 * `helm template` render it, in previews too. Empty for the sample app.
 *
 * @throws RehearsalError with what the program said; Error that names what is no Kubernetes object
 */
export async function appSources(app: Settings["app"], kubernetesVersion: string): Promise<AppSource[]> {
  const { manifests, kustomization, chart, namespace } = app;
  if (kustomization !== undefined) {
    const from = `app.kustomization: ${shown(kustomization)}`;
    return [{ from, manifests: parseManifests(await rendered("kubectl", kustomizeArgv(kustomization)), from) }];
  }
  if (chart !== undefined) {
    const argv = helmTemplateArgv(chart, namespace, kubernetesVersion);
    const text = await rendered("helm", argv, JSON.stringify(chart.values));
    const from = `app.chart: ${shown(chart.chart)}`;
    return [{ from, manifests: withNamespace(parseManifests(text, from), namespace) }];
  }
  return manifests.map((file) => {
    const from = `app.manifests: ${shown(file)}`;
    return { from, manifests: parseManifests(readFileSync(file, "utf8"), from) };
  });
}

/** All manifests of the user's own service, see `appSources`. */
export async function appManifests(app: Settings["app"], kubernetesVersion: string): Promise<KubernetesManifest[]> {
  return (await appSources(app, kubernetesVersion)).flatMap(({ manifests }) => [...manifests]);
}

/** As in the settings: a stack looks the same from another checkout. */
export function shown(file: string): string {
  return isAbsolute(file) ? relative(process.cwd(), file) || "." : file;
}

/** What is put on the mirror besides, from the file in the settings. */
export function fixtureManifests({ production: { fixtures } }: Settings): KubernetesManifest[] {
  return fixtures === undefined
    ? []
    : parseManifests(readFileSync(fixtures, "utf8"), `production.fixtures: ${fixtures}`);
}

/** What runs programs takes longer to load than most of the program: only where something is rendered. */
async function rendered(file: "kubectl" | "helm", argv: readonly string[], input?: string): Promise<string> {
  const { render } = await import("./app-rendering.ts");
  return await render(file, argv, input);
}
