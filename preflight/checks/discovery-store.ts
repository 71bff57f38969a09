import type { Facts } from "../facts.ts";
import { Check, type CheckResult } from "../finding.ts";

const howTo =
  "https://kops.sigs.k8s.io/cluster_spec/#service-account-issuer-discovery-and-aws-iam-roles-for-service-accounts-irsa";

/** Where service accounts have roles of their own, AWS reads their keys from a bucket that kops does not make. */
export function discoveryStore({ intent, aws }: Facts): CheckResult {
  const check = new Check("discovery-store", "the bucket for the keys of service accounts");
  const name = intent.discoveryBucket;
  if (name === undefined) {
    check.looked("no service account of the mirror has a role of its own");
    return check.result();
  }
  check.ask(aws.discoveryBucket, (bucket) => {
    check.looked(`bucket ${name}`);
    if (bucket.is === "free")
      check.find(
        "error",
        `There is no bucket ${name} for the keys of the mirror's service accounts, and kops makes none.`,
        ["discoveryStore"],
        `make one that AWS can read from (${howTo}), or leave out discoveryStore: then the mirror has no such roles`,
      );
    else if (bucket.is === "denied" && bucket.listed === false)
      check.find(
        "warning",
        `The bucket ${name} is another account's; kops must be allowed to write the keys of service accounts there.`,
        bucket.evidence,
        "use a bucket of the mirror's account",
      );
  });
  return check.result();
}
