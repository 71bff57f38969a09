/** An identity-based policy, as far as the lab's AWS can enforce it. */
export interface Policy {
  readonly Version: string;
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface Principal {
  /** Default: a user with the access key's name. */
  readonly arn?: string;
  readonly policies: readonly Policy[];
  readonly boundary?: Policy;
}

const timeoutMs = 60_000;

/**
 * Sets who may do what on the lab's AWS, by access key: a call of a key that is named is evaluated as AWS would against
 * the key's policies and refused with AWS's own answer when they do not allow it. A key that is not named may do
 * everything, as by default. Replaces what was set before.
 *
 * @throws Error when a policy uses what the lab's AWS cannot enforce; the former principals stay
 */
export async function setPrincipals(endpoint: string, principals: Readonly<Record<string, Principal>>): Promise<void> {
  const response = await fetch(`${endpoint}/_lab/principals`, {
    method: "PUT",
    body: JSON.stringify(principals),
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok)
    throw new Error(`the lab's AWS refuses these policies: ${response.status} ${await response.text()}`);
}
