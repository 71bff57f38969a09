import {
  DeleteInstanceProfileCommand,
  DeleteOpenIDConnectProviderCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetInstanceProfileCommand,
  ListOpenIDConnectProvidersCommand,
  ListOpenIDConnectProviderTagsCommand,
  ListRoleTagsCommand,
  paginateListAttachedRolePolicies,
  paginateListInstanceProfiles,
  paginateListRolePolicies,
  paginateListRoles,
  RemoveRoleFromInstanceProfileCommand,
} from "@aws-sdk/client-iam";
import type { Found } from "../../../ownership/found.ts";
import type { Clients } from "../clients.ts";
import { tagsOf } from "../../tag-list.ts";
import { deleteIssuerKeys } from "./issuer-keys.ts";
import { each, unlessGone, type Service } from "../service.ts";

/** Of names in IAM; kops cuts longer ones off, and ends them in a hash. */
const longestName = 64;
/** IAM lists no tags, and asking for each role of a large account takes long; kops' names have the cluster's in them. */
const mayBeOfCluster = (name: string): boolean => name.includes(".") || name.length === longestName;

async function roles({ iam: client }: Clients): Promise<Found[]> {
  const names: string[] = [];
  for await (const { Roles = [] } of paginateListRoles({ client }, {}))
    names.push(...Roles.flatMap(({ RoleName = "" }) => (mayBeOfCluster(RoleName) ? RoleName : [])));
  return await each(names, async (RoleName) => {
    const { Tags } = await client.send(new ListRoleTagsCommand({ RoleName }));
    return { kind: "role", id: RoleName, name: RoleName, tags: tagsOf(Tags) };
  });
}

async function profiles({ iam: client }: Clients): Promise<Found[]> {
  const names: string[] = [];
  for await (const { InstanceProfiles = [] } of paginateListInstanceProfiles({ client }, {}))
    names.push(...InstanceProfiles.flatMap(({ InstanceProfileName: name = "" }) => (mayBeOfCluster(name) ? name : [])));
  return await each(names, async (InstanceProfileName) => {
    const { InstanceProfile } = await client.send(new GetInstanceProfileCommand({ InstanceProfileName }));
    const tags = tagsOf(InstanceProfile?.Tags);
    return { kind: "instance-profile", id: InstanceProfileName, name: InstanceProfileName, tags };
  });
}

async function oidcProviders({ iam: client }: Clients): Promise<Found[]> {
  const { OpenIDConnectProviderList = [] } = await client.send(new ListOpenIDConnectProvidersCommand({}));
  return await each(OpenIDConnectProviderList, async ({ Arn = "" }) => {
    const command = new ListOpenIDConnectProviderTagsCommand({ OpenIDConnectProviderArn: Arn });
    return { kind: "oidc-provider", id: Arn, name: Arn, tags: tagsOf((await client.send(command)).Tags) };
  });
}

async function deleteRole({ iam: client }: Clients, RoleName: string): Promise<void> {
  for await (const { PolicyNames = [] } of paginateListRolePolicies({ client }, { RoleName }))
    for (const PolicyName of PolicyNames) await client.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  for await (const { AttachedPolicies = [] } of paginateListAttachedRolePolicies({ client }, { RoleName }))
    for (const { PolicyArn } of AttachedPolicies)
      await client.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  await client.send(new DeleteRoleCommand({ RoleName }));
}

async function deleteProfile({ iam: client }: Clients, InstanceProfileName: string): Promise<void> {
  const { InstanceProfile } = await client.send(new GetInstanceProfileCommand({ InstanceProfileName }));
  for (const { RoleName } of InstanceProfile?.Roles ?? [])
    await client.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }));
  await client.send(new DeleteInstanceProfileCommand({ InstanceProfileName }));
}

/** Roles with their policies, instance profiles, and the identity providers of service accounts. */
export const iam: Service = {
  find: async (clients) => [...(await profiles(clients)), ...(await roles(clients)), ...(await oidcProviders(clients))],
  remove: {
    "instance-profile": (clients, { id }) => unlessGone(() => deleteProfile(clients, id)),
    role: (clients, { id }) => unlessGone(() => deleteRole(clients, id)),
    "oidc-provider": async ({ iam: client, s3 }, { id }) => {
      await unlessGone(() => deleteIssuerKeys(s3, id));
      await unlessGone(() => client.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: id })));
    },
  },
};
