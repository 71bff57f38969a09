import { join } from "node:path";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { PolicyParameters } from "../../iam/parameters.ts";
import { policies, type PolicyKind } from "../../iam/policies.ts";
import type { PolicyDocument } from "../../iam/policy.ts";
import { readPolicySettings } from "../policy-settings.ts";
import { messageOf, RehearsalError, UsageError } from "../errors.ts";
import { writeWhole } from "../files.ts";

export interface PolicyOptions {
  readonly stack: string;
  readonly account?: string;
  readonly backend?: string;
  readonly kmsKey?: string;
  readonly write?: string;
}

/** The policies as one JSON object by name; or, written to files, the files' names. */
export async function policyCommand(kind: PolicyKind, options: PolicyOptions): Promise<string> {
  const settings = await readPolicySettings(options.stack);
  const account = options.account ?? (await callersAccount(settings.region));
  if (!/^\d{12}$/.test(account))
    throw new UsageError(`--account ${account} is not the id of an AWS account.`, {
      details: ["Expected twelve digits."],
    });
  if (kind === "mirror" && settings.permissionsBoundary === undefined)
    throw new UsageError("A policy for the mirror needs the setting permissionsBoundary.", {
      details: ["kops makes roles for the mirror's instances; without a boundary they could be given any permission."],
      next: `create the policy that \`npx rehearsal policy --kind boundary -s ${options.stack}\` prints, and put its ARN into Pulumi.${options.stack}.yaml`,
    });
  const documents = policies(kind, options.stack, { ...settings, account, pulumi: pulumiState(options) });
  if (options.write !== undefined) return await writePolicies(documents, options.write);
  return `${JSON.stringify(documents, undefined, 2)}\n`;
}

function pulumiState({ backend, kmsKey }: PolicyOptions): PolicyParameters["pulumi"] {
  if (backend !== undefined && !/^s3:\/\/[^/]/.test(backend))
    throw new UsageError(`--backend ${backend} is not in S3.`, {
      details: ["Expected s3://bucket or s3://bucket/path."],
    });
  return { backend, kmsKey };
}

/** Writes each policy to a file of its own, as `aws iam create-policy --policy-document file://…` takes it. */
async function writePolicies(documents: Readonly<Record<string, PolicyDocument>>, dir: string): Promise<string> {
  const lines: string[] = [];
  for (const [name, document] of Object.entries(documents)) {
    const file = join(dir, `${name}.json`);
    await writeWhole(file, `${JSON.stringify(document, undefined, 2)}\n`);
    lines.push(`${file}\n`);
  }
  return lines.join("");
}

/** The account of the credentials in the environment; needs no permission. */
async function callersAccount(region: string): Promise<string> {
  const client = new STSClient({ region, maxAttempts: 3 });
  try {
    const { Account } = await client.send(new GetCallerIdentityCommand({}), {
      abortSignal: AbortSignal.timeout(15_000),
    });
    if (Account !== undefined) return Account;
    throw new Error("AWS named no account");
  } catch (cause) {
    throw new RehearsalError("The account of these credentials is not known.", {
      details: [messageOf(cause)],
      next: "set credentials, or name the account with --account",
      cause,
    });
  } finally {
    client.destroy();
  }
}
