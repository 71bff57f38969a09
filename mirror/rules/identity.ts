import { isRecord } from "../production.ts";
import { leftOut, mirrored, own, replaced, withoutIdentity } from "./rule.ts";
import type { Rule, RuleInput } from "./rule.ts";

/** Allows nothing; an identity with it is there and has no power. */
export const powerlessPolicy = JSON.stringify([{ Effect: "Deny", Action: ["*"], Resource: ["*"] }]);

const power =
  "what production's instances may do reaches what is production's; the mirror's have kops' own permissions";

/** State paths, IAM, keys, certificates, users. */
export const identity: readonly Rule[] = [
  own(
    "the mirror has its own state store",
    "spec.configBase",
    (_, { mirror }) => `${mirror.stateStore}/${mirror.name}`,
  ),
  ...withoutIdentity(
    "is under the mirror's own path in its state store",
    "spec.keyStore",
    "spec.secretStore",
    "spec.configStore",
  ),
  ...withoutIdentity(power, "spec.additionalPolicies", "spec.externalPolicies"),

  ...mirrored("spec.iam.legacy", "spec.iam.allowContainerRegistry"),
  own(
    "the boundary of the mirror's own roles",
    "spec.iam.permissionsBoundary",
    (_, { mirror }) => mirror.permissionsBoundary,
  ),
  discovery("spec.iam.useServiceAccountExternalPermissions", (original) => original),
  discovery("spec.iam.serviceAccountExternalPermissions", powerless),
  discovery("spec.serviceAccountIssuerDiscovery", ownDiscoveryStore),

  own("production's tags are for production's resources", "spec.cloudLabels", (_, { mirror }) =>
    Object.keys(mirror.tags ?? {}).length > 0 ? { ...mirror.tags } : undefined,
  ),
  ...withoutIdentity("is a key of production's; the mirror's instances accept the stack's own", "spec.sshKeyName"),
  ...withoutIdentity(
    "is a shared key of production's; whoever has it can speak as one of its instances",
    "spec.gossipConfig.secret",
    "spec.gossipConfig.secondary.secret",
    "spec.dnsControllerGossipConfig.secret",
    "spec.dnsControllerGossipConfig.secondary.secret",
  ),
  ...mirrored("spec.gossipConfig", "spec.dnsControllerGossipConfig", "spec.encryptionConfig"),
  ...mirrored("spec.authentication", "spec.authorization", "spec.nodeAuthorization"),
  replaced(
    "the mirror's own, for tokens of one cluster not to open the other",
    "spec.authentication.aws.clusterID",
    (_, { mirror }) => mirror.name,
  ),
  ...leftOut("kops itself creates the mirror's resources", "spec.target"),
];

/** The keys of service accounts must be where AWS can read them, in a place of the mirror's own. */
function discovery(field: string, value: (original: unknown, input: RuleInput) => unknown): Rule {
  return {
    ...replaced(
      "its identities are in the mirror's own discovery store and may do nothing",
      field,
      (original, input) => (input.mirror.discoveryStore === undefined ? undefined : value(original, input)),
    ),
    without: "needs a public bucket of the mirror's own (discoveryStore)",
  };
}

function ownDiscoveryStore(original: unknown, { mirror, rewrite }: RuleInput): unknown {
  if (!isRecord(original)) return original;
  const { discoveryService, ...rest } = original;
  return {
    ...rest,
    ...(Array.isArray(rest["additionalAudiences"])
      ? { additionalAudiences: rest["additionalAudiences"].map((audience) => rewrite(String(audience)).text) }
      : {}),
    ...(rest["discoveryStore"] === undefined && discoveryService === undefined
      ? {}
      : { discoveryStore: mirror.discoveryStore }),
  };
}

/** The service accounts with roles of their own, which may do nothing. */
function powerless(original: unknown, { rewrite }: RuleInput): unknown {
  if (!Array.isArray(original)) return original;
  return original.map((permission: unknown) =>
    isRecord(permission)
      ? {
          ...permission,
          ...(typeof permission["name"] === "string" ? { name: rewrite(permission["name"]).text } : {}),
          ...(permission["aws"] === undefined ? {} : { aws: { inlinePolicy: powerlessPolicy } }),
        }
      : permission,
  );
}
