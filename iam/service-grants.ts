import { eventRulePrefix } from "../kops/names.ts";
import type { Grant } from "./policy.ts";
import type { Scopes } from "./scopes.ts";

const official = "the official Pulumi provider reads it";

/** The identities of the mirror's instances, by name, and only with their boundary. */
export function roles(scopes: Scopes): Grant[] {
  const identities = [...scopes.roles, ...scopes.instanceProfiles];
  return [
    {
      name: "BoundedRoles",
      scope: scopes.boundedRoles,
      actions: ["iam:CreateRole", "iam:DeleteRolePolicy", "iam:PutRolePolicy"],
      unseen: {
        "iam:AttachRolePolicy": "only where production's instances have external policies",
        "iam:DetachRolePolicy": "only where production's instances have external policies",
        "iam:PutRolePermissionsBoundary": "a changed setting permissionsBoundary",
      },
    },
    {
      name: "Identities",
      scope: { resources: identities },
      actions: [
        "iam:AddRoleToInstanceProfile",
        "iam:CreateInstanceProfile",
        "iam:DeleteInstanceProfile",
        "iam:DeleteRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListRolePolicies",
        "iam:RemoveRoleFromInstanceProfile",
        "iam:TagInstanceProfile",
        "iam:TagRole",
      ],
      unseen: {
        "iam:UntagInstanceProfile": "a tag that is taken out of the setting `tags`",
        "iam:UntagRole": "a tag that is taken out of the setting `tags`",
        "iam:UpdateAssumeRolePolicy": "a role that somebody has changed",
      },
    },
    {
      name: "RolesForInstances",
      scope: {
        resources: scopes.instanceRoles,
        condition: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
      },
      actions: ["iam:PassRole"],
    },
  ];
}

/** What tells the mirror's nodes of an instance that AWS takes away; names as kops makes them from the cluster's. */
export function interruptionQueue(scopes: Scopes): Grant[] {
  const { clusterName } = scopes.stack;
  return [
    {
      name: "InterruptionQueue",
      scope: { resources: [scopes.queue] },
      actions: ["sqs:CreateQueue", "sqs:DeleteQueue", "sqs:GetQueueAttributes", "sqs:TagQueue"],
      unseen: { "sqs:SetQueueAttributes": "a queue that another version of kops sets up otherwise" },
    },
    {
      name: "InterruptionRules",
      scope: { resources: [scopes.arn("events", `rule/${eventRulePrefix(clusterName)}-*`)] },
      actions: [
        "events:DeleteRule",
        "events:ListTargetsByRule",
        "events:PutRule",
        "events:PutTargets",
        "events:RemoveTargets",
        "events:TagResource",
      ],
    },
  ];
}

/** The state store, by name. */
export function bucketAndObjects(scopes: Scopes): Grant[] {
  return [
    {
      name: "StateStore",
      scope: scopes.bucket(),
      actions: [
        "s3:CreateBucket",
        "s3:DeleteBucket",
        "s3:DeleteBucketPolicy",
        "s3:GetBucketPolicy",
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketVersioning",
        "s3:GetEncryptionConfiguration",
        "s3:ListBucket",
        "s3:ListBucketVersions",
        "s3:PutBucketPolicy",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutBucketTagging",
        "s3:PutBucketVersioning",
        "s3:PutEncryptionConfiguration",
      ],
      unseen: {
        "s3:GetAccelerateConfiguration": official,
        "s3:GetBucketAcl": official,
        "s3:GetBucketCORS": official,
        "s3:GetBucketLocation": "kops asks for the region of a bucket that is in another one",
        "s3:GetBucketLogging": official,
        "s3:GetBucketObjectLockConfiguration": official,
        "s3:GetBucketRequestPayment": official,
        "s3:GetBucketWebsite": official,
        "s3:GetLifecycleConfiguration": official,
        "s3:GetReplicationConfiguration": official,
      },
    },
    {
      name: "StateStoreObjects",
      scope: scopes.bucket("*"),
      actions: ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectAcl", "s3:PutObject"],
    },
  ];
}

/** The mirror's records, by name; its zone cannot be told from others before it exists, and has no tags for IAM. */
export function dnsRecords(scopes: Scopes): Grant[] {
  const { dns } = scopes.stack;
  if (dns.mode === "none") return [];
  const zones = [scopes.global("route53", "hostedzone/*", "")];
  const records: Grant = {
    name: "Records",
    scope: { resources: zones, condition: scopes.records() },
    actions: ["route53:ChangeResourceRecordSets"],
  };
  const readZone: Grant = {
    name: "ReadZone",
    scope: { resources: zones },
    actions: ["route53:GetHostedZone"],
  };
  if (dns.mode === "existing") return [records, readZone];
  return [
    records,
    ...(dns.parentZone === undefined || dns.zone === undefined
      ? []
      : [
          {
            name: "Delegation",
            scope: { resources: zones, condition: scopes.records(dns.zone) },
            actions: [],
            unseen: { "route53:ChangeResourceRecordSets": "only with the setting dns.parentZone" },
          },
        ]),
    {
      ...readZone,
      name: "Zone",
      actions: [...readZone.actions, "route53:ChangeTagsForResource", "route53:DeleteHostedZone"],
      unseen: {
        "route53:AssociateVPCWithHostedZone": "a private zone that gets another VPC",
        "route53:DisassociateVPCFromHostedZone": "a private zone that gets another VPC",
        "route53:UpdateHostedZoneComment": "a comment that another version of this program has",
      },
    },
    {
      name: "MakeZone",
      scope: scopes.everywhere,
      actions: ["route53:CreateHostedZone"],
      unseen: { "route53:GetChange": "the official Pulumi provider waits until a change is everywhere" },
    },
  ];
}
