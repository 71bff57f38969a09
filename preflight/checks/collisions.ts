import type { Facts, Named, Owner } from "../facts.ts";
import { Check, count, type CheckResult } from "../finding.ts";
import { isThere, whose } from "../whose.ts";

const lost = "what a lost stack has left is listed by `npx rehearsal sweep`";

/** Nothing of the mirror's names is there already, unless this stack has made it. */
export function collisions(facts: Facts): CheckResult {
  const check = new Check("collisions", "names in the state store, DNS, tags and IAM");
  stateStore(check, facts);
  zone(check, facts);
  named(check, facts);
  elsewhere(check, facts);
  return check.result();
}

const ownedBy = (owner: Owner | undefined): string =>
  owner === undefined
    ? "it carries no ownership tag of a rehearsal"
    : `it belongs to the rehearsal of owner ${owner.id}`;

function stateStore(check: Check, { intent, aws }: Facts): void {
  check.ask(aws.bucket, (bucket) => {
    check.looked(`bucket ${intent.bucket}`);
    if (bucket.is === "free") return;
    if (bucket.is === "denied") {
      const { listed, evidence } = bucket;
      check.find(
        "error",
        listed === false
          ? `The bucket ${intent.bucket} is another account's.`
          : `The bucket ${intent.bucket} may not be looked at, so whose it is cannot be told.`,
        evidence,
        (listed === true ? "" : "choose another stateStore (names of buckets are shared by all of AWS), or ") +
          `allow s3:GetBucketTagging on arn:aws:s3:::${intent.bucket} and what kops needs there`,
      );
    } else if (whose(bucket.owner, intent) === "another's") {
      check.find(
        "error",
        `The bucket ${intent.bucket} is there already and not this stack's; the mirror's is deleted with all that is in it.`,
        [ownedBy(bucket.owner)],
        `choose another stateStore; ${lost}`,
      );
    }
  });
}

function zone(check: Check, facts: Facts): void {
  const { intent, aws } = facts;
  const { mode, zone: name } = intent.dns;
  if (mode === "none" || name === undefined) return;
  check.ask(aws.zones, (zones) => {
    check.looked(`${count(zones.length, "hosted zone")} ${name}`);
    const usable = zones.filter((it) => !it.private);
    if (mode === "existing" && usable.length === 0)
      check.find(
        "error",
        `There is no public hosted zone ${name}.`,
        [`dns.mode: existing; ${count(zones.length, "zone")} of this name, none public`],
        "create it, or set dns.mode to new",
      );
    if (mode === "existing" && usable.length > 1)
      check.find(
        "error",
        `There are ${usable.length} public hosted zones ${name}; which one kops takes is not determined.`,
        usable.map(({ id }) => id),
        "leave one, or use another zone",
      );
    const foreign = zones.filter(({ owner }) => whose(owner, intent) === "another's");
    if (mode === "new" && foreign.some((it) => !it.private))
      check.find(
        "warning",
        `There is a public hosted zone ${name} already, and dns.mode new makes a second one of the same name.`,
        foreign.map(({ id, owner }) => `${id}: ${ownedBy(owner)}`),
        "set dns.mode to existing, or use a name of the mirror's own",
      );
  });
  check.ask(aws.records, (records) => {
    if (records.length === 0 || isThere(facts)) return;
    check.find(
      "error",
      `${name} has records of a cluster ${intent.clusterName} already.`,
      [...records],
      `choose another clusterName; ${lost}`,
    );
  });
}

/** What carries the cluster's name: as a tag, or as kops names roles. */
function named(check: Check, facts: Facts): void {
  const { intent, aws } = facts;
  check.ask(aws.tagged, (tagged) => {
    check.looked(`${count(tagged.length, "resource")} tagged ${intent.clusterName}`);
    // What the cluster's own controllers have made carries its name and no owner.
    const there = isThere(facts);
    judge(
      check,
      facts,
      tagged.filter(({ owner }) => owner !== undefined || !there),
      "resource",
    );
  });
  check.ask(aws.identities, (identities) => {
    check.looked(count(identities.length, "IAM resource"));
    judge(check, facts, identities, "IAM resource");
  });
  check.ask(aws.interruptions, (found) => {
    const foreign = found.filter(({ owner }) => whose(owner, intent) === "another's");
    if (foreign.length === 0) return;
    check.find(
      "error",
      `Queues or event rules of others have names that begin as those of ${intent.clusterName}; kops would delete them with the mirror.`,
      foreign.map(({ id, owner }) => `${id}: ${ownedBy(owner)}`),
      `choose another clusterName, which no other cluster's name begins with; ${lost}`,
    );
  });
}

function judge(check: Check, { intent }: Facts, all: readonly Named[], what: string): void {
  const foreign = all.filter(({ owner }) => whose(owner, intent) === "another's");
  if (foreign.length === 0) return;
  const shown = foreign.slice(0, 10).map(({ id, owner }) => `${id}: ${ownedBy(owner)}`);
  check.find(
    "error",
    `${count(foreign.length, what)} of a cluster ${intent.clusterName} ${foreign.length === 1 ? "is" : "are"} there already and not this stack's.`,
    [...shown, ...(foreign.length > shown.length ? [`and ${foreign.length - shown.length} more`] : [])],
    `choose another clusterName: deleting the mirror would delete them; ${lost}`,
  );
}

/** This stack's mirror, of which only another checkout, or a lost one, has a record. */
function elsewhere(check: Check, { intent, aws }: Facts): void {
  const owners = [
    ...(aws.bucket.known && aws.bucket.value.is === "ours" ? [aws.bucket.value.owner] : []),
    ...[aws.zones, aws.tagged, aws.identities, aws.interruptions].flatMap((fact) =>
      fact.known ? fact.value.map(({ owner }) => owner) : [],
    ),
  ];
  const ids = new Set(
    owners.filter((owner) => whose(owner, intent) === "recorded elsewhere").map((owner) => owner?.id),
  );
  if (ids.size === 0) return;
  check.find(
    "warning",
    `A mirror ${intent.clusterName} of stack ${intent.stack} is there already, and this checkout has no record of it.`,
    [...ids].map((id) => `owner ${id}`),
    "where Pulumi has the stack's state, `pulumi up` goes on with it; " +
      "one whose state is lost is deleted by `npx rehearsal sweep --delete --owner ID`",
  );
}
