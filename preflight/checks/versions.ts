import { parse } from "semver";
import { upgradeProblem } from "../../kops/versions.ts";
import type { Facts } from "../facts.ts";
import { Check, count, type CheckResult } from "../finding.ts";

/**
 * How many minor versions a kubelet may be behind its API server; it is never ahead.
 * Source: Kubernetes' version skew policy, since 1.28.
 */
const kubeletSkew = 3;

/** Versions in one step of at most one minor, production at the version that the mirror starts from, kubelets within skew. */
export function versions({ intent, production }: Facts): CheckResult {
  const check = new Check("version-skew", "versions and skew");
  const { fromVersion: from, toVersion: to } = intent;
  check.looked(`${from} to ${to}`);
  const step = upgradeProblem(from, to);
  if (step !== undefined)
    check.find("error", `targetVersion ${to} ${step}.`, [`kubernetesVersion: ${from}`], "set a targetVersion that is");

  check.ask(production.version, (version) => {
    check.looked(`production's API server: ${version}`);
    if (`v${from}` === version) return;
    check.find(
      "warning",
      `The mirror starts from ${from}, but production's API server runs ${version}.`,
      [`kubernetesVersion: ${from}`, `API server of ${intent.production.clusterName}: ${version}`],
      `set kubernetesVersion to "${version.replace(/^v/, "")}", so that the upgrade that is rehearsed is production's`,
    );
  });
  check.ask(production.kubelets, (kubelets) => {
    check.looked(`${count(kubelets.length, "kubelet")} of production`);
    const server = production.version.known ? production.version.value : from;
    tooOld(check, kubelets, to);
    tooNew(check, kubelets, server);
    mixed(check, kubelets);
  });
  return check.result();
}

type Kubelets = readonly { node: string; version: string }[];
const shown = (some: Kubelets): string[] => some.map(({ node, version }) => `${node}: kubelet ${version}`);

function tooOld(check: Check, kubelets: Kubelets, target: string): void {
  const minor = minorOf(target);
  const old = kubelets.filter(({ version }) => minor - minorOf(version) > kubeletSkew);
  if (old.length === 0) return;
  check.find(
    "error",
    `${count(old.length, "kubelet")} of production would be more than ${kubeletSkew} minor versions behind ${target}.`,
    shown(old),
    "bring these nodes to production's version first: an upgraded API server does not work with them",
  );
}

function tooNew(check: Check, kubelets: Kubelets, server: string): void {
  const ahead = kubelets.filter(({ version }) => minorOf(version) > minorOf(server));
  if (ahead.length === 0) return;
  check.find(
    "warning",
    `${count(ahead.length, "kubelet")} of production ${ahead.length === 1 ? "is" : "are"} newer than the API server.`,
    [...shown(ahead), `API server: ${server}`],
    "finish the upgrade of the control plane first; kubelets must not be ahead of it",
  );
}

function mixed(check: Check, kubelets: Kubelets): void {
  const found = [...new Set(kubelets.map(({ version }) => version))].sort();
  if (found.length < 2) return;
  check.find(
    "warning",
    `Production's nodes run ${found.length} versions of the kubelet: an earlier roll has not been finished.`,
    found.map((version) => `${version}: ${count(kubelets.filter((it) => it.version === version).length, "node")}`),
    "finish it with `kops rolling-update cluster --yes`, else the upgrade rolls from a state that was not rehearsed",
  );
}

function minorOf(version: string): number {
  return parse(version)?.minor ?? Number.NaN;
}
