import { homedir } from "node:os";
import { join } from "node:path";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { PolicyParameters } from "../../iam/parameters.ts";
import { policies, type PolicyKind } from "../../iam/policies.ts";
import type { PolicyDocument } from "../../iam/policy.ts";
import type { ServiceAccount } from "../../kops/names.ts";
import { deriveMirror } from "../../mirror/derive.ts";
import { example } from "../../mirror/example-settings.ts";
import { serviceAccounts } from "../../mirror/service-accounts.ts";
import { resolvePath } from "../../settings/paths.ts";
import { readPolicySettings, type PolicySettings } from "../policy-settings.ts";
import { messageOf, RehearsalError, UsageError } from "../errors.ts";
import { writeWhole } from "../files.ts";
import { readProduction } from "../production/source.ts";

export interface PolicyOptions {
  readonly stack: string;
  readonly account?: string;
  /** Default: the setting production.source. */
  readonly from?: string;
  readonly backend?: string;
  readonly kmsKey?: string;
  readonly write?: string;
}

/** The policies as one JSON object by name; or, written to files, the files' names. */
export async function policyCommand(kind: PolicyKind, options: PolicyOptions): Promise<string> {
  const { source, ...settings } = await readPolicySettings(options.stack);
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
  const accounts =
    kind === "mirror" ? await accountsOf(settings, { ...source, from: options.from ?? source.from }) : [];
  const documents = policies(kind, options.stack, {
    ...{ ...settings, account, pulumi: pulumiState(options), serviceAccounts: accounts },
  });
  if (options.write !== undefined) return await writePolicies(documents, options.write);
  return `${JSON.stringify(documents, undefined, 2)}\n`;
}

/** The mirror's service accounts with roles of their own, which production's manifests know. */
async function accountsOf(
  { discoveryStore, clusterName }: Pick<PolicyParameters, "discoveryStore" | "clusterName">,
  { from, ...options }: PolicySettings["source"],
): Promise<ServiceAccount[]> {
  if (discoveryStore === undefined || from === undefined) return [];
  const dirs = { homeDir: homedir(), projectDir: process.cwd() };
  const production = await readProduction(/^(s3:\/\/|-$)/.test(from) ? from : resolvePath(from, dirs), options).catch(
    (cause: unknown) => {
      throw new UsageError(
        "Which service accounts of production have IAM roles is not known, so the mirror's policies cannot name them.",
        {
          details: [messageOf(cause)],
          next: "name a file with production's manifests (kops get all -o yaml) by --from",
          cause,
        },
      );
    },
  );
  const { manifests } = deriveMirror(production, { ...example(production), name: clusterName, discoveryStore });
  return serviceAccounts(manifests);
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
