import { parse } from "semver";
import { kopsMinor, oldestMinor } from "../../kops/versions.ts";
import type { Facts } from "../facts.ts";
import { Check, type CheckResult } from "../finding.ts";

/**
 * A kops 1.N supports Kubernetes 1.N, 1.N-1 and 1.N-2; two older minors still work and count as deprecated.
 * Source: https://kops.sigs.k8s.io/welcome/releases/
 */
const supportedBehind = 2;
const deprecatedBehind = 4;

/** kops can manage both versions. */
export function kopsVersion({ intent, kopsVersion: fact }: Facts): CheckResult {
  const check = new Check("kops-version", "kops against Kubernetes");
  check.ask(fact, (text) => {
    check.looked(`kops ${text}`);
    const kops = parse(text);
    if (kops === null) {
      check.find("warning", `kops calls itself ${text}, which is no version.`, [], "install a release of kops");
      return;
    }
    for (const [setting, version] of [
      ["kubernetesVersion", intent.fromVersion],
      ["targetVersion", intent.toVersion],
    ] as const) {
      judge(check, `${setting} ${version}`, parse(version)?.minor ?? kops.minor, kops.minor);
    }
    if (kops.minor !== kopsMinor)
      check.find(
        "warning",
        `kops ${text} is not of the minor version that this project is tested with, 1.${kopsMinor}.`,
        [`kops version: ${text}`],
        `put kops 1.${kopsMinor} on PATH (\`make tools\`)`,
      );
  });
  return check.result();
}

function judge(check: Check, what: string, minor: number, kops: number): void {
  const evidence = [
    `kops 1.${kops} supports Kubernetes 1.${kops - supportedBehind} to 1.${kops}, and 1.${kops - deprecatedBehind} on as deprecated`,
  ];
  if (minor > kops)
    check.find("error", `kops 1.${kops} does not know ${what}.`, evidence, `upgrade kops to 1.${minor} first`);
  else if (kops === kopsMinor && minor < oldestMinor)
    check.find(
      "error",
      `kops 1.${kops} no longer manages ${what}.`,
      evidence,
      `upgrade with an older kops to 1.${oldestMinor} first`,
    );
  else if (minor < kops - deprecatedBehind)
    check.find("warning", `kops 1.${kops} no longer supports ${what}.`, evidence, "upgrade in smaller steps, soon");
  else if (minor < kops - supportedBehind)
    check.find(
      "warning",
      `${what} is deprecated with kops 1.${kops}.`,
      evidence,
      "plan the next upgrades; kops drops it",
    );
}
