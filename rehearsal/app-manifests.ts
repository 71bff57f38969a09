import { readFileSync } from "node:fs";
import { isAbsolute, relative } from "node:path";
import { execaSync, type ExecaSyncError } from "execa";
import { parseManifests, withNamespace } from "../components/user-manifests.ts";
import type { KubernetesManifest } from "../components/kubernetes-object.ts";
import type { Settings } from "../settings/parse.ts";
import { helmTemplateArgv, kustomizeArgv } from "./app-argv.ts";
import { RehearsalError } from "./errors.ts";

/** A remote base or chart has to be fetched; a local one takes less than a second. */
const timeLimitMs = 60_000;

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
export function appSources(app: Settings["app"], kubernetesVersion: string): AppSource[] {
  const { manifests, kustomization, chart, namespace } = app;
  if (kustomization !== undefined) {
    const from = `app.kustomization: ${shown(kustomization)}`;
    return [{ from, manifests: parseManifests(render("kubectl", kustomizeArgv(kustomization)), from) }];
  }
  if (chart !== undefined) {
    const text = render("helm", helmTemplateArgv(chart, namespace, kubernetesVersion), JSON.stringify(chart.values));
    const from = `app.chart: ${shown(chart.chart)}`;
    return [{ from, manifests: withNamespace(parseManifests(text, from), namespace) }];
  }
  return manifests.map((file) => {
    const from = `app.manifests: ${shown(file)}`;
    return { from, manifests: parseManifests(readFileSync(file, "utf8"), from) };
  });
}

/** All manifests of the user's own service, see `appSources`. */
export function appManifests(app: Settings["app"], kubernetesVersion: string): KubernetesManifest[] {
  return appSources(app, kubernetesVersion).flatMap(({ manifests }) => [...manifests]);
}

/** As in the settings: a stack looks the same from another checkout. */
function shown(file: string): string {
  return isAbsolute(file) ? relative(process.cwd(), file) || "." : file;
}

/** What is put on the mirror besides, from the file in the settings. */
export function fixtureManifests({ production: { fixtures } }: Settings): KubernetesManifest[] {
  return fixtures === undefined
    ? []
    : parseManifests(readFileSync(fixtures, "utf8"), `production.fixtures: ${fixtures}`);
}

function render(file: "kubectl" | "helm", args: readonly string[], input = ""): string {
  try {
    return execaSync(file, args, { input, timeout: timeLimitMs, maxBuffer: 64 * 1024 * 1024 }).stdout;
  } catch (cause) {
    const { code, stderr, timedOut, shortMessage } = cause as ExecaSyncError;
    const lines = String(stderr ?? "")
      .trim()
      .split("\n")
      .filter((line) => line !== "");
    if (code === "ENOENT") {
      throw new RehearsalError(`${file} was not found on PATH; the app's manifests are rendered with it.`, {
        next: file === "helm" ? "install Helm 3 or 4, or set app.manifests to rendered files" : "`make tools`",
        cause,
      });
    }
    throw new RehearsalError(
      timedOut === true ? `${file} ${args[0]} took more than ${timeLimitMs / 1000} s.` : `${file} ${args[0]} failed.`,
      {
        details: lines.length > 0 ? lines.slice(-5) : [shortMessage],
        next: `run it by hand: ${[file, ...args].join(" ")}`,
        cause,
      },
    );
  }
}
