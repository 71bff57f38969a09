import type { Grant } from "./policy.ts";
import type { Scopes } from "./scopes.ts";

/** Auto Scaling groups: kops names them INSTANCEGROUP.CLUSTER. */
export function autoScaling(scopes: Scopes): Grant[] {
  const groups = [scopes.arn("autoscaling", `autoScalingGroup:*:autoScalingGroupName/*.${scopes.stack.clusterName}`)];
  return [
    { name: "MakeGroup", scope: scopes.created(groups), actions: ["autoscaling:CreateAutoScalingGroup"] },
    {
      name: "Group",
      scope: scopes.owned(groups),
      actions: [
        "autoscaling:DeleteAutoScalingGroup",
        "autoscaling:DetachInstances",
        "autoscaling:EnableMetricsCollection",
        "autoscaling:PutLifecycleHook",
      ],
      unseen: {
        "autoscaling:AttachInstances": "kops puts an instance back that it could not replace",
        "autoscaling:AttachLoadBalancerTargetGroups": "a load balancer that another version of kops adds",
        "autoscaling:AttachLoadBalancers": "a classic load balancer that another version of kops adds",
        "autoscaling:CreateOrUpdateTags": "a changed setting `tags` or `ttlHours`",
        "autoscaling:DeleteLifecycleHook": "a warm pool that production no longer has",
        "autoscaling:DeleteTags": "a tag that is taken out of the setting `tags`",
        "autoscaling:DeleteWarmPool": "a warm pool that production no longer has",
        "autoscaling:DetachLoadBalancerTargetGroups": "a load balancer that another version of kops does without",
        "autoscaling:PutWarmPool": "only where production has warm pools",
        "autoscaling:ResumeProcesses": "a process that production no longer suspends",
        "autoscaling:SuspendProcesses": "only where production suspends processes of its groups",
        "autoscaling:UpdateAutoScalingGroup": "a changed size or set of zones; the setting skewProbe",
      },
    },
    {
      name: "FirstGroup",
      scope: {
        resources: [scopes.global("iam", "role/aws-service-role/*")],
        condition: {
          StringEquals: { "iam:AWSServiceName": ["autoscaling.amazonaws.com", "elasticloadbalancing.amazonaws.com"] },
        },
      },
      actions: [],
      unseen: { "iam:CreateServiceLinkedRole": "an account that has never had a group or a load balancer" },
    },
  ];
}
