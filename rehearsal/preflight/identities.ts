import { GetInstanceProfileCommand, ListRoleTagsCommand } from "@aws-sdk/client-iam";
import type { Fact } from "../../preflight/fact.ts";
import { instanceRoles, serviceAccountRole } from "../../kops/names.ts";
import type { Intent, Named } from "../../preflight/facts.ts";
import { both } from "../../preflight/fact.ts";
import type { TagList } from "../tag-list.ts";
import { ask } from "./ask.ts";
import type { Clients } from "./clients.ts";
import { ownerOf } from "./owner.ts";

/** The roles and instance profiles that are there of those that kops makes for a cluster. */
export async function identities(
  { iam }: Clients,
  { clusterName, serviceAccounts }: Pick<Intent, "clusterName" | "serviceAccounts">,
): Promise<Fact<Named[]>> {
  const ofInstances = instanceRoles(clusterName);
  const all = [...ofInstances, ...serviceAccounts.map((account) => serviceAccountRole(account, clusterName))];
  const [roles, profiles] = await Promise.all([
    ask("iam:ListRoleTags", (options) =>
      existing(all, "role", async (RoleName) => (await iam.send(new ListRoleTagsCommand({ RoleName }), options)).Tags),
    ),
    ask("iam:GetInstanceProfile", (options) =>
      existing(ofInstances, "instance-profile", async (InstanceProfileName) => {
        const command = new GetInstanceProfileCommand({ InstanceProfileName });
        return (await iam.send(command, options)).InstanceProfile?.Tags;
      }),
    ),
  ]);
  return both(roles, profiles, (some, others) => [...some, ...others]);
}

/** IAM names everything of an account once, and says NoSuchEntity of what is not there. */
async function existing(
  names: readonly string[],
  kind: string,
  tagsNamed: (name: string) => Promise<TagList>,
): Promise<Named[]> {
  const found = await Promise.all(
    names.map(async (name) => {
      try {
        return { id: `${kind}/${name}`, owner: ownerOf(await tagsNamed(name)) };
      } catch (error) {
        if (/^NoSuchEntity/.test((error as { name?: string }).name ?? "")) return undefined;
        throw error;
      }
    }),
  );
  return found.flatMap((one) => one ?? []);
}
