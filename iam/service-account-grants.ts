import { splitUrl } from "./parameters.ts";
import type { Grant } from "./policy.ts";
import type { Scopes } from "./scopes.ts";

const why = "only where production's service accounts have roles of their own (setting discoveryStore)";

/** The mirror's own place for the keys of its service accounts, and the provider by which AWS trusts them. */
export function serviceAccounts(scopes: Scopes): Grant[] {
  const { discoveryStore } = scopes.stack;
  if (discoveryStore === undefined) return [];
  const { bucket, path } = splitUrl(discoveryStore);
  const objects = [scopes.s3(bucket), ...(path === "" ? [] : [path]), "*"].join("/");
  const unseen = (...actions: readonly string[]): Record<string, string> =>
    Object.fromEntries(actions.map((action) => [action, why]));
  const changed = "a provider that another version of kops, or somebody, has changed";
  return [
    {
      name: "Keys",
      scope: { resources: [objects] },
      actions: [],
      unseen: {
        ...unseen("s3:DeleteObject", "s3:GetObject", "s3:PutObject", "s3:PutObjectAcl"),
        "s3:DeleteObjectVersion": "a bucket that keeps versions",
      },
    },
    {
      name: "ListKeys",
      scope: { resources: [scopes.s3(bucket)] },
      actions: [],
      unseen: unseen("s3:GetBucketPolicyStatus", "s3:GetEncryptionConfiguration", "s3:ListBucket"),
    },
    {
      // Its name is made from the place of the keys, and has nothing of the mirror's in it.
      name: "MakeProvider",
      scope: scopes.created([scopes.global("iam", "oidc-provider/*")]),
      actions: [],
      unseen: unseen("iam:CreateOpenIDConnectProvider", "iam:TagOpenIDConnectProvider"),
    },
    {
      name: "Provider",
      scope: scopes.owned([scopes.global("iam", "oidc-provider/*")]),
      actions: [],
      unseen: {
        ...unseen("iam:DeleteOpenIDConnectProvider"),
        "iam:AddClientIDToOpenIDConnectProvider": changed,
        "iam:UpdateOpenIDConnectProviderThumbprint": changed,
      },
    },
  ];
}
