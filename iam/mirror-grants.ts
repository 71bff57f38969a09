import { autoScaling } from "./auto-scaling-grants.ts";
import { loadBalancing } from "./load-balancer-grants.ts";
import type { Grant } from "./policy.ts";
import type { Scopes } from "./scopes.ts";
import { serviceAccounts } from "./service-account-grants.ts";
import { bucketAndObjects, dnsRecords, interruptionQueue, roles } from "./service-grants.ts";

/** Calls that make something with its tags; the tags then need a permission of their own. */
const made = [
  "CreateLaunchTemplate",
  "CreateRouteTable",
  "CreateSecurityGroup",
  "CreateSubnet",
  "CreateVolume",
  "RunInstances",
];
const keyPair = "only with the setting sshPublicKey";
const privateTopology = "only where production's topology is private, or has an address of its own";
const ipv6 = "only where production has IPv6, whose VPC kops makes itself";
/** Calls by which kops makes a VPC of its own. */
const madeWithVpc = ["CreateDhcpOptions", "CreateEgressOnlyInternetGateway", "CreateInternetGateway", "CreateVpc"];

/** What a rehearsal needs besides what it reads: Pulumi's prerequisites, every call of kops, the steps, the sweep. */
export function mirrorGrants(scopes: Scopes): Grant[] {
  return [
    ...look(scopes),
    ...network(scopes),
    ...instances(scopes),
    ...autoScaling(scopes),
    ...loadBalancing(scopes),
    ...roles(scopes),
    ...interruptionQueue(scopes),
    ...bucketAndObjects(scopes),
    ...dnsRecords(scopes),
    ...serviceAccounts(scopes),
  ];
}

/** What kops looks at before it changes anything, and that the policy for reading has not. */
function look(scopes: Scopes): Grant[] {
  return [
    {
      name: "LookInRegion",
      scope: scopes.region,
      actions: [
        "autoscaling:DescribeLifecycleHooks",
        "autoscaling:DescribeTags",
        "autoscaling:DescribeWarmPool",
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeEgressOnlyInternetGateways",
        "ec2:DescribeKeyPairs",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:DescribeLaunchTemplates",
        "ec2:DescribeNetworkAcls",
        "ec2:DescribeRegions",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroupRules",
        "ec2:DescribeSecurityGroups",
      ],
      unseen: {
        "ec2:DescribeNetworkInterfaces": "kops deletes those that load balancers leave behind",
      },
    },
    {
      // To delete a cluster, kops 1.35 reads the tags of all there are in the account, and ends at one that it may not read.
      name: "LookAtIdentities",
      scope: { resources: ["role/*", "oidc-provider/*"].map((kind) => scopes.global("iam", kind)) },
      actions: ["iam:GetRole"],
      unseen: { "iam:GetOpenIDConnectProvider": "only where the account has a provider, the mirror's or another" },
    },
  ];
}

function network(scopes: Scopes): Grant[] {
  const ec2 = [scopes.arn("ec2", "*")];
  const inside = ["ec2:CreateRouteTable", "ec2:CreateSecurityGroup", "ec2:CreateSubnet", "ec2:DescribeVpcAttribute"];
  if (scopes.stack.networkId !== undefined) return [{ name: "InNetwork", scope: scopes.network, actions: inside }];
  return [
    {
      name: "MakeNetwork",
      scope: scopes.createdForMirror(ec2),
      actions: ["ec2:CreateInternetGateway", "ec2:CreateVpc"],
    },
    {
      name: "TagNetwork",
      scope: scopes.createdForMirror(ec2, {
        StringEquals: { "ec2:CreateAction": ["CreateInternetGateway", "CreateVpc"] },
      }),
      actions: ["ec2:CreateTags"],
    },
    {
      name: "Network",
      scope: scopes.network,
      actions: [
        ...inside,
        "ec2:AttachInternetGateway",
        "ec2:DeleteInternetGateway",
        "ec2:DeleteVpc",
        "ec2:DetachInternetGateway",
        "ec2:ModifyVpcAttribute",
      ],
      unseen: {
        "ec2:CreateTags": "a changed setting `tags` or `ttlHours` changes the network's",
        "ec2:DeleteTags": "a tag that is taken out of the setting `tags`",
      },
    },
    ...networkOfKops(scopes, ec2),
  ];
}

/** What kops makes of a VPC itself has the cluster's tag, as all that it makes. */
function networkOfKops(scopes: Scopes, ec2: readonly string[]): Grant[] {
  const unseen = (...actions: readonly string[]): Record<string, string> =>
    Object.fromEntries(actions.map((action) => [`ec2:${action}`, ipv6]));
  return [
    { name: "MakeClusterNetwork", scope: scopes.created(ec2), actions: [], unseen: unseen(...madeWithVpc) },
    {
      name: "TagClusterNetwork",
      scope: scopes.created(ec2, { StringEquals: { "ec2:CreateAction": madeWithVpc } }),
      actions: [],
      unseen: unseen("CreateTags"),
    },
    {
      name: "ClusterNetwork",
      scope: scopes.owned(ec2),
      actions: [],
      unseen: unseen(
        ...[
          "AssociateDhcpOptions",
          "AssociateVpcCidrBlock",
          "AttachInternetGateway",
          "CreateEgressOnlyInternetGateway",
        ],
        ...["CreateRouteTable", "CreateSecurityGroup", "CreateSubnet", "DeleteDhcpOptions"],
        ...["DeleteEgressOnlyInternetGateway", "DeleteInternetGateway", "DeleteVpc", "DescribeVpcAttribute"],
        ...["DetachInternetGateway", "ModifyVpcAttribute"],
      ),
    },
  ];
}

/** Subnets, routes, firewalls, volumes and instances. */
function instances(scopes: Scopes): Grant[] {
  const ec2 = [scopes.arn("ec2", "*")];
  return [
    {
      name: "Make",
      scope: scopes.created(ec2),
      actions: made.map((call) => `ec2:${call}`),
      unseen: {
        "ec2:AllocateAddress": privateTopology,
        "ec2:CreateNatGateway": privateTopology,
        "ec2:ImportKeyPair": keyPair,
      },
    },
    {
      name: "TagMade",
      scope: scopes.created(ec2, {
        StringEquals: {
          "ec2:CreateAction": [...made, "AllocateAddress", "CreateNatGateway", "ImportKeyPair"],
        },
      }),
      actions: ["ec2:CreateTags"],
    },
    {
      // kops tags the rules of security groups once they are there.
      name: "TagRules",
      scope: scopes.created([scopes.arn("ec2", "security-group-rule/*")]),
      actions: ["ec2:CreateTags"],
    },
    { name: "Image", scope: scopes.image, actions: ["ec2:RunInstances"] },
    {
      name: "Own",
      scope: scopes.owned(ec2),
      actions: [
        "ec2:AssociateRouteTable",
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateLaunchTemplateVersion",
        "ec2:CreateRoute",
        "ec2:CreateTags",
        "ec2:DeleteLaunchTemplate",
        "ec2:DeleteRouteTable",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteSubnet",
        "ec2:DeleteVolume",
        "ec2:ModifyLaunchTemplate",
        "ec2:ModifySubnetAttribute",
        "ec2:RevokeSecurityGroupIngress",
        "ec2:RunInstances",
        "ec2:TerminateInstances",
      ],
      unseen: {
        "ec2:AssociateSubnetCidrBlock": "a subnet that gets IPv6 once it is there",
        "ec2:CreateNatGateway": privateTopology,
        "ec2:DeleteKeyPair": keyPair,
        "ec2:DeleteNatGateway": privateTopology,
        "ec2:DeleteNetworkInterface": "kops deletes those that load balancers leave behind",
        "ec2:DeleteTags": "a tag that is taken out of the setting `tags`",
        "ec2:DisassociateRouteTable": "a sweep of subnets that are left",
        "ec2:GetConsoleOutput": "evidence of an instance that did not join",
        "ec2:ModifyVolume": "a volume of etcd that another version of kops makes larger",
        "ec2:ReleaseAddress": privateTopology,
        "ec2:ReplaceRoute": "a route that somebody has changed",
        "ec2:RevokeSecurityGroupEgress": "a rule that another version of kops does without",
      },
    },
  ];
}
