import type { Surroundings } from "./parse.ts";
import { resolvePath } from "./paths.ts";
import type { Problem } from "./problems.ts";
import type { ParsedSettings } from "./schema.ts";

type App = ParsedSettings["app"];
type Files = Pick<Surroundings, "homeDir" | "projectDir" | "readFile">;

const kustomizationFiles = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/** A chart is local when its name is a path; everything else Helm fetches. */
const isLocal = (chart: string): boolean => /^[./~]/.test(chart);

/** A kustomization is remote when its name is a URL, as kustomize reads them. */
const isRemote = (dir: string): boolean => /^[a-z+]+:\/\/|^git@|^github\.com\//.test(dir);

/** What is wrong with where the served app comes from: one source, which can be read, and a Service that is named. */
export function appSourceProblems(app: App, env: Files): Problem[] {
  const sources = [
    ...(app.manifests.length > 0 ? ["manifests"] : []),
    ...(app.kustomization === undefined ? [] : ["kustomization"]),
    ...(app.chart === undefined ? [] : ["chart"]),
  ];
  const own = sources.map((name) => `app.${name}`);
  return [
    ...(sources.length > 1
      ? [problem(["app", sources[1]!], undefined, `is one too many: only one of ${own.join(" and ")} can be served`)]
      : []),
    ...(sources.length > 0 && !app.service
      ? [
          problem(
            ["app", "service"],
            undefined,
            `is missing; ${own[0]} ${own[0]?.endsWith("s") ? "need" : "needs"} it to know where requests go`,
          ),
        ]
      : []),
    ...app.manifests
      .filter((file) => env.readFile(resolvePath(file, env)) === undefined)
      .map((file) => problem(["app", "manifests"], file, "cannot be read")),
    ...kustomizationProblems(app, env),
    ...chartProblems(app, env),
  ];
}

function kustomizationProblems({ kustomization: dir }: App, env: Files): Problem[] {
  if (dir === undefined || isRemote(dir)) return [];
  const path = resolvePath(dir, env);
  return kustomizationFiles.some((name) => env.readFile(`${path}/${name}`) !== undefined)
    ? []
    : [problem(["app", "kustomization"], dir, `has none of ${kustomizationFiles.join(", ")} that can be read`)];
}

function chartProblems({ chart }: App, env: Files): Problem[] {
  if (chart === undefined) return [];
  if (!isLocal(chart.chart)) {
    const isFound = chart.repo !== undefined || chart.chart.startsWith("oci://");
    return [
      ...(isFound ? [] : [problem(["app", "chart", "repo"], undefined, `is missing; ${chart.chart} is no local path`)]),
      ...(chart.version === undefined
        ? [
            problem(
              ["app", "chart", "version"],
              undefined,
              "is missing; without it the next run may serve something else",
            ),
          ]
        : []),
    ];
  }
  const path = resolvePath(chart.chart, env);
  const isThere = env.readFile(path) !== undefined || env.readFile(`${path}/Chart.yaml`) !== undefined;
  return [
    ...(isThere ? [] : [problem(["app", "chart", "chart"], chart.chart, "is no chart that can be read")]),
    ...(chart.repo === undefined
      ? []
      : [problem(["app", "chart", "repo"], chart.repo, "means nothing for a local chart")]),
  ];
}

/** Local paths of the app's sources become absolute. */
export function resolveAppPaths(app: App, env: Files): App {
  const { chart, kustomization } = app;
  return {
    ...app,
    manifests: app.manifests.map((file) => resolvePath(file, env)),
    ...(kustomization === undefined
      ? {}
      : { kustomization: isRemote(kustomization) ? kustomization : resolvePath(kustomization, env) }),
    ...(chart === undefined
      ? {}
      : { chart: { ...chart, chart: isLocal(chart.chart) ? resolvePath(chart.chart, env) : chart.chart } }),
  };
}

function problem(path: readonly string[], value: unknown, what: string): Problem {
  return { path, value, what };
}
