import { boundaryGrants } from "./boundary-grants.ts";
import { mirrorGrants } from "./mirror-grants.ts";
import type { PolicyParameters } from "./parameters.ts";
import { statement } from "./policy.ts";
import type { Grant, PolicyDocument } from "./policy.ts";
import { pulumiGrants } from "./pulumi-grants.ts";
import { readGrants } from "./read-grants.ts";
import { Scopes } from "./scopes.ts";
import { split } from "./size.ts";

/**
 * `read`: for previews, the preflight and whatever reads production. `mirror`: for a rehearsal, which reads as well.
 * `boundary`: the permissions boundary of the mirror's instances.
 */
export const policyKinds = ["read", "mirror", "boundary"] as const;
export type PolicyKind = (typeof policyKinds)[number];

/**
 * What a role of this kind needs: managed policies by name, to be attached all of them (or, for `boundary`, the one to be
 * created under the name in the setting permissionsBoundary). The same stack always gives the same text.
 *
 * @param stack name of the Pulumi stack, for the policies' names
 * @throws RangeError for `mirror` without a permissions boundary
 */
export function policies(
  kind: PolicyKind,
  stack: string,
  parameters: PolicyParameters,
): Record<string, PolicyDocument> {
  const scopes = new Scopes(parameters);
  if (kind === "boundary") return named(boundaryName(parameters, stack), boundaryGrants(scopes));
  const read = named(`kops-rehearsal-${stack}-read`, [...readGrants(scopes), ...pulumiGrants(scopes, "read")]);
  return kind === "read"
    ? read
    : {
        ...read,
        ...named(`kops-rehearsal-${stack}-mirror`, [...mirrorGrants(scopes), ...pulumiGrants(scopes, "write")]),
      };
}

/** The name in the ARN that the settings have; else one of the stack's own. */
function boundaryName({ permissionsBoundary }: PolicyParameters, stack: string): string {
  return permissionsBoundary?.split("/").at(-1) ?? `kops-rehearsal-${stack}-boundary`;
}

function named(name: string, grants: readonly Grant[]): Record<string, PolicyDocument> {
  const documents = split(grants.flatMap((grant) => statement(grant) ?? []));
  return Object.fromEntries(documents.map((one, i) => [documents.length === 1 ? name : `${name}-${i + 1}`, one]));
}
