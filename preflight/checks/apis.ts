import { parse } from "semver";
import type { Facts, ManifestObject, RequestedApi } from "../facts.ts";
import { Check, count, type CheckResult, type Severity } from "../finding.ts";
import { removedApi, removedApis, removedApisSource } from "../removed-apis.ts";

/** API versions in use that the target version does not serve, or that a later one will not. */
export function apis({ intent, manifests, production }: Facts): CheckResult {
  const check = new Check("removed-apis", "removed and deprecated APIs");
  const from = parse(intent.fromVersion)?.minor ?? 0;
  const target = parse(intent.toVersion)?.minor ?? 0;
  check.ask(manifests, (objects) => {
    if (objects.length > 0) check.looked(`${count(objects.length, "object")} of app.manifests`);
    for (const object of objects) judgeObject(check, object, from, target);
  });
  check.ask(production.requestedApis, (requested) => {
    check.looked(`${count(requested.length, "deprecated API")} that production's clients have asked for`);
    for (const api of requested) judgeRequested(check, api, target);
  });
  return check.result();
}

function judgeObject(check: Check, object: ManifestObject, from: number, target: number): void {
  const api = removedApi(object.apiVersion, object.kind);
  if (api === undefined) return;
  const { file, kind, namespace, name, apiVersion } = object;
  const what = `${kind} ${namespace}/${name} in ${file} is of ${apiVersion}`;
  const evidence = [`1.${api.removedIn} is the first version without ${apiVersion} ${kind}`, removedApisSource];
  const next = `write it as ${api.instead}`;
  if (api.removedIn <= from)
    check.find("error", `${what}, which 1.${from} does not serve: it cannot be deployed.`, evidence, next);
  else if (api.removedIn <= target) check.find("error", `${what}, which 1.${target} does not serve.`, evidence, next);
  else check.find("warning", `${what}, which 1.${api.removedIn} will not serve.`, evidence, next);
}

function judgeRequested(check: Check, api: RequestedApi, target: number): void {
  const groupVersion = api.group === "" ? api.version : `${api.group}/${api.version}`;
  const removedIn = Number(/^1\.(\d+)$/.exec(api.removedRelease)?.[1] ?? Number.NaN);
  const evidence = [
    `production's API server: apiserver_requested_deprecated_apis{group="${api.group}",version="${api.version}",` +
      `resource="${api.resource}",removed_release="${api.removedRelease}"}`,
  ];
  const what = `Clients of production ask for ${api.resource} of ${groupVersion}`;
  const severity: Severity = Number.isNaN(removedIn) ? "info" : removedIn <= target ? "error" : "warning";
  const when = Number.isNaN(removedIn)
    ? "which is deprecated"
    : removedIn <= target
      ? `which 1.${target} does not serve`
      : `which 1.${removedIn} will not serve`;
  const replacement = removedApis.find((row) => row.apiVersion === groupVersion)?.instead;
  check.find(
    severity,
    `${what}, ${when}.`,
    evidence,
    `find the clients (audit log: annotation k8s.io/deprecated) and move them to ${replacement ?? "a newer version"}`,
  );
}
