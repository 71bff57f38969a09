import { splitUrl } from "./parameters.ts";
import type { Grant } from "./policy.ts";
import type { Scopes } from "./scopes.ts";

/** What a preview, the preflight, the fidelity report and the list of a sweep look at; it changes nothing anywhere. */
export function readGrants(scopes: Scopes): Grant[] {
  return [
    ...production(scopes),
    {
      name: "ReadInRegion",
      scope: scopes.region,
      actions: [
        "autoscaling:DescribeAutoScalingGroups",
        "ec2:DescribeAddresses",
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypeOfferings",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeInstances",
        "ec2:DescribeInternetGateways",
        "ec2:DescribeNatGateways",
        "ec2:DescribeSubnets",
        "ec2:DescribeTags",
        "ec2:DescribeVolumes",
        "ec2:DescribeVpcs",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeTargetGroups",
        "events:ListRules",
        "servicequotas:GetServiceQuota",
        "sqs:ListQueues",
      ],
      unseen: {
        "ec2:DescribeEgressOnlyInternetGateways": "only where production has IPv6",
        "elasticloadbalancing:DescribeTags": "whose a load balancer is; the lab's are not AWS's",
        "servicequotas:GetAWSDefaultServiceQuota": "a quota of which the account has no value of its own",
      },
    },
    {
      name: "ReadEverywhere",
      scope: scopes.everywhere,
      actions: [
        "iam:ListInstanceProfiles",
        "iam:ListOpenIDConnectProviders",
        "iam:ListRoles",
        "route53:ListHostedZones",
        "route53:ListHostedZonesByName",
        "s3:ListAllMyBuckets",
      ],
      unseen: { "pricing:GetProducts": "npx rehearsal prices --refresh" },
    },
    {
      name: "ReadZones",
      scope: { resources: [scopes.global("route53", "hostedzone/*", "")] },
      actions: [
        "route53:GetHostedZone",
        "route53:ListResourceRecordSets",
        "route53:ListTagsForResource",
        "route53:ListTagsForResources",
      ],
    },
    {
      name: "ReadParameters",
      // Those of AWS have no account.
      scope: { resources: [scopes.arn("ssm", "parameter/*"), scopes.arn("ssm", "parameter/aws/*", "")] },
      actions: [],
      unseen: { "ssm:GetParameter": "only where a group's image is named by a parameter (`ssm:`)" },
    },
    {
      // Whose things are, for the preflight and the list of a sweep; services that give the tags with a list are above.
      name: "ReadTags",
      scope: {
        resources: [
          ...["role/*", "instance-profile/*", "oidc-provider/*"].map((kind) => scopes.global("iam", kind)),
          scopes.arn("events", "rule/*"),
          scopes.arn("sqs", "*"),
          scopes.s3("*"),
        ],
      },
      actions: [
        "events:ListTagsForResource",
        "iam:GetInstanceProfile",
        "iam:ListRoleTags",
        "s3:GetBucketTagging",
        "sqs:ListQueueTags",
      ],
      unseen: {
        "iam:ListOpenIDConnectProviderTags": "only where a mirror has identities for service accounts",
      },
    },
  ];
}

/** The cluster's folder in production's state store, and no other; kops keeps its specs and nothing else of use there. */
function production(scopes: Scopes): Grant[] {
  if (scopes.stack.production === undefined) return [];
  const { bucket, path: folder } = splitUrl(scopes.stack.production);
  const arn = scopes.s3(bucket);
  return [
    {
      name: "ReadProduction",
      // The folder also has production's private keys (pki) and secrets, which a mirror has no use for.
      scope: { resources: [`${arn}/${folder}/config`, `${arn}/${folder}/instancegroup/*`] },
      actions: ["s3:GetObject"],
    },
    {
      name: "ListProduction",
      scope: {
        resources: [arn],
        condition: { StringLike: { "s3:prefix": `${folder}/instancegroup/*` } },
      },
      actions: ["s3:ListBucket"],
    },
  ];
}
