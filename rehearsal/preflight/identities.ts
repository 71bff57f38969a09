import { GetInstanceProfileCommand, ListRoleTagsCommand } from "@aws-sdk/client-iam";
import type { Fact } from "../../preflight/fact.ts";
import type { Named } from "../../preflight/facts.ts";
import { both } from "../../preflight/fact.ts";
import type { TagList } from "../tag-list.ts";
import { ask } from "./ask.ts";
import type { Clients } from "./clients.ts";
import { ownerOf } from "./owner.ts";

/** `IAMName` of kops 1.35, pkg/model/names.go, with the cluster's name after them. */
const kinds = ["masters", "nodes", "bastions", "apiservers"];

/** The roles and instance profiles that are there of those that kops makes for a cluster's instances. */
export async function identities({ iam }: Clients, clusterName: string): Promise<Fact<Named[]>> {
  const names = kinds.map((kind) => `${kind}.${clusterName}`);
  const [roles, profiles] = await Promise.all([
    ask("iam:ListRoleTags", (options) =>
      existing(
        names,
        "role",
        async (RoleName) => (await iam.send(new ListRoleTagsCommand({ RoleName }), options)).Tags,
      ),
    ),
    ask("iam:GetInstanceProfile", (options) =>
      existing(names, "instance-profile", async (InstanceProfileName) => {
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
