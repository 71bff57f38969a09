import type { Grant } from "./policy.ts";
import type { Scopes } from "./scopes.ts";

/**
 * The most that the mirror's instances may ever do, whatever policies their roles are given: what kops gives to the
 * control plane and the nodes (`pkg/model/iam` of kops 1.35, its policies for add-ons and networking included), limited
 * to the mirror's own. Actions are named by patterns: a boundary grants nothing, it only limits.
 */
export function boundaryGrants(scopes: Scopes): Grant[] {
  const { clusterName } = scopes.stack;
  const groups = scopes.arn("autoscaling", `autoScalingGroup:*:autoScalingGroupName/*.${clusterName}`);
  const zones = scopes.global("route53", "hostedzone/*", "");
  const changes = ["ec2:*", "elasticloadbalancing:*"];
  return [
    {
      name: "Look",
      scope: scopes.region,
      actions: [
        "autoscaling:Describe*",
        "ec2:Describe*",
        "ec2:Get*",
        "ecr:*",
        "elasticloadbalancing:Describe*",
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey*",
        "kms:GenerateRandom",
        "kms:ReEncrypt*",
      ],
    },
    {
      name: "LookEverywhere",
      scope: scopes.everywhere,
      actions: [
        "acm:DescribeCertificate",
        "acm:ListCertificates",
        "iam:GetServerCertificate",
        "iam:ListServerCertificates",
        "route53:GetChange",
        "route53:ListHostedZones",
        "route53:ListTagsForResource",
      ],
    },
    {
      name: "FirstLoadBalancer",
      scope: {
        resources: ["*"],
        condition: { StringEquals: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" } },
      },
      actions: ["iam:CreateServiceLinkedRole"],
    },
    { name: "Made", scope: scopes.created(["*"]), actions: changes },
    { name: "Own", scope: scopes.owned(["*"]), actions: [...changes, "autoscaling:*"] },
    { name: "InNetwork", scope: { resources: [scopes.arn("ec2", "vpc/*")] }, actions: ["ec2:CreateSecurityGroup"] },
    {
      // Plugins that give pods addresses of the VPC, and nodes with IPv6 a prefix for their pods; interfaces have no tags
      // when they are made.
      name: "Interfaces",
      scope: scopes.region,
      actions: [
        "ec2:AssignIpv6Addresses",
        "ec2:AssignPrivateIpAddresses",
        "ec2:AttachNetworkInterface",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DetachNetworkInterface",
        "ec2:ModifyNetworkInterfaceAttribute",
        "ec2:UnassignPrivateIpAddresses",
      ],
    },
    {
      // Those plugins have tags of their own for interfaces, and not the cluster's.
      name: "TagInterfaces",
      scope: {
        resources: [scopes.arn("ec2", "network-interface/*")],
        condition: { StringEquals: { "ec2:CreateAction": "CreateNetworkInterface" } },
      },
      actions: ["ec2:CreateTags"],
    },
    { name: "Groups", scope: { resources: [groups] }, actions: ["autoscaling:CompleteLifecycleAction"] },
    {
      name: "Queue",
      scope: { resources: [scopes.queue] },
      actions: ["sqs:DeleteMessage", "sqs:ReceiveMessage"],
    },
    {
      name: "StateStore",
      scope: { resources: [...scopes.bucket().resources, ...scopes.bucket("*").resources] },
      actions: ["s3:DeleteObject*", "s3:Get*", "s3:List*", "s3:PutObject"],
    },
    {
      name: "Records",
      scope: { resources: [zones], condition: scopes.records() },
      actions: ["route53:ChangeResourceRecordSets"],
    },
    {
      name: "Zones",
      scope: { resources: [zones] },
      actions: ["route53:GetHostedZone", "route53:ListResourceRecordSets"],
    },
  ];
}
