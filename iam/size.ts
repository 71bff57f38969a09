import type { PolicyDocument, Statement } from "./policy.ts";

/**
 * Characters of a customer managed policy, white space not counted:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const policySizeLimit = 6144;
/** Managed policies that a role may have when nobody has asked AWS for more (same page). */
export const policiesPerRole = 10;

/** The size that AWS counts. */
export function policySize(document: PolicyDocument): number {
  return JSON.stringify(document).replace(/\s/g, "").length;
}

/**
 * Puts statements into as few documents as their order allows, each within AWS's limit.
 *
 * @throws RangeError when a statement alone is larger than a policy may be
 */
export function split(statements: readonly Statement[]): PolicyDocument[] {
  const documents: PolicyDocument[] = [];
  for (const statement of statements) {
    const last = documents.at(-1);
    const longer = last && document([...last.Statement, statement]);
    if (longer && policySize(longer) <= policySizeLimit) documents[documents.length - 1] = longer;
    else documents.push(document([statement]));
  }
  const tooLarge = documents.find((one) => policySize(one) > policySizeLimit);
  if (tooLarge)
    throw new RangeError(
      `statement ${tooLarge.Statement[0]?.Sid} has ${policySize(tooLarge)} characters; AWS allows ${policySizeLimit}`,
    );
  return documents;
}

function document(Statement: readonly Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement };
}
