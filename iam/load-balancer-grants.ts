import type { Grant } from "./policy.ts";
import type { Scopes } from "./scopes.ts";

const classic = "only where production's API server has a classic load balancer";
const watched = "which load balancer sends to a node, while the roll is watched";

/** Load balancers: those of Services, which go with the cluster, and the API server's if it has one. */
export function loadBalancing(scopes: Scopes): Grant[] {
  const all = [scopes.arn("elasticloadbalancing", "*")];
  return scopes.stack.apiLoadBalancer ? ofApiServer(scopes, all) : ofServices(scopes, all);
}

function ofServices(scopes: Scopes, all: readonly string[]): Grant[] {
  const why = "kops deletes those of Services with the cluster; the lab's are not AWS's";
  return [
    {
      name: "LookAtLoadBalancers",
      scope: scopes.region,
      actions: [],
      unseen: { "elasticloadbalancing:DescribeTargetHealth": watched },
    },
    {
      name: "LoadBalancer",
      scope: scopes.owned(all),
      actions: [],
      unseen: { "elasticloadbalancing:DeleteLoadBalancer": why, "elasticloadbalancing:DeleteTargetGroup": why },
    },
  ];
}

/** What kops makes for an API server without DNS records: a network load balancer. */
function ofApiServer(scopes: Scopes, all: readonly string[]): Grant[] {
  return [
    {
      name: "LookAtLoadBalancers",
      scope: scopes.region,
      actions: [
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeLoadBalancerAttributes",
        "elasticloadbalancing:DescribeTargetGroupAttributes",
      ],
      unseen: { "elasticloadbalancing:DescribeTargetHealth": watched },
    },
    {
      name: "MakeLoadBalancer",
      scope: scopes.created(all),
      actions: [
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:CreateLoadBalancer",
        "elasticloadbalancing:CreateTargetGroup",
      ],
    },
    {
      name: "LoadBalancer",
      scope: scopes.owned(all),
      actions: [
        "elasticloadbalancing:CreateListener",
        "elasticloadbalancing:DeleteLoadBalancer",
        "elasticloadbalancing:DeleteTargetGroup",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
        "elasticloadbalancing:ModifyTargetGroupAttributes",
      ],
      unseen: {
        "elasticloadbalancing:ApplySecurityGroupsToLoadBalancer": classic,
        "elasticloadbalancing:AttachLoadBalancerToSubnets": classic,
        "elasticloadbalancing:ConfigureHealthCheck": classic,
        "elasticloadbalancing:CreateLoadBalancerListeners": classic,
        "elasticloadbalancing:DeleteListener": "a listener that another version of kops does without",
        "elasticloadbalancing:DeregisterInstancesFromLoadBalancer": classic,
        "elasticloadbalancing:DeregisterTargets": "before an instance of the control plane is replaced",
        "elasticloadbalancing:SetSecurityGroups": "a load balancer that somebody has changed",
        "elasticloadbalancing:SetSubnets": "a load balancer that somebody has changed",
      },
    },
  ];
}
