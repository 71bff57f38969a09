import type { KubernetesManifest } from "../components/kubernetes-object.ts";
import type { Settings } from "../settings/parse.ts";
import { appManifests, fixtureManifests, shown } from "./app-manifests.ts";
import { digest } from "./fingerprint.ts";

/**
 * SHA-256 of what is deployed on the mirror and measured: the sample app's settings, or the manifests of the user's own, and
 * the fixtures. Of a chart its name, version and values, as a rendered one may hold a new random password each time.
 */
export function appFingerprint(
  app: Settings["app"],
  manifests: readonly KubernetesManifest[],
  fixtures: readonly KubernetesManifest[],
): string {
  // Where the files are is no part of it.
  const chart = app.chart === undefined ? undefined : { ...app.chart, chart: shown(app.chart.chart) };
  const settings = { ...app, manifests: [], kustomization: undefined, chart };
  return digest({ settings, fixtures, manifests: chart === undefined ? manifests : [] });
}

/** The same, of what the settings of a stack would deploy. */
export async function deployedApp(settings: Settings): Promise<string> {
  const manifests = await appManifests(settings.app, settings.kubernetesVersion);
  return appFingerprint(settings.app, manifests, fixtureManifests(settings));
}
