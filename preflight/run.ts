import { access } from "./checks/access.ts";
import { addresses } from "./checks/addresses.ts";
import { apis } from "./checks/apis.ts";
import { collisions } from "./checks/collisions.ts";
import { credentials } from "./checks/credentials.ts";
import { discoveryStore } from "./checks/discovery-store.ts";
import { disruption } from "./checks/disruption.ts";
import { instances } from "./checks/instances.ts";
import { kopsVersion } from "./checks/kops-version.ts";
import { networkPlugin } from "./checks/network-plugin.ts";
import { notProduction } from "./checks/production.ts";
import { quotas } from "./checks/quotas.ts";
import { replicas } from "./checks/replicas.ts";
import { systemPods } from "./checks/system-pods.ts";
import { versions } from "./checks/versions.ts";
import type { Facts } from "./facts.ts";
import type { CheckResult } from "./finding.ts";

/** Goes through all checks, in the order of their names above. */
export function runChecks(facts: Facts, now: Date): CheckResult[] {
  return [
    notProduction(facts),
    versions(facts),
    kopsVersion(facts),
    apis(facts),
    disruption(facts),
    replicas(facts),
    systemPods(facts),
    networkPlugin(facts),
    instances(facts),
    quotas(facts),
    addresses(facts),
    credentials(facts, now),
    collisions(facts),
    discoveryStore(facts),
    access(facts),
  ];
}
