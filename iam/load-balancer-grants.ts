import { apiLoadBalancer as apiLoadBalancerName } from "../kops/names.ts";
import type { Grant } from "./policy.ts";
import type { Scopes } from "./scopes.ts";

const classic = "only where production's API server has a classic load balancer";
const rolled = "before a control plane behind a classic load balancer is replaced";
const changed = "a load balancer that somebody has changed";
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

/** What kops makes for an API server: a network load balancer, or a classic one where production has that. */
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
      unseen: {
        "elasticloadbalancing:DescribeInstanceHealth": rolled,
        "elasticloadbalancing:DescribeTargetHealth": watched,
      },
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
        "elasticloadbalancing:DeleteListener": "a listener that another version of kops does without",
        "elasticloadbalancing:DeregisterTargets": "before an instance of the control plane is replaced",
        "elasticloadbalancing:SetSecurityGroups": changed,
        "elasticloadbalancing:SetSubnets": changed,
      },
    },
    {
      // kops gives a classic one its tags only once it is there, so that nothing but its name tells whose it is to be.
      name: "ClassicLoadBalancer",
      scope: {
        resources: [
          scopes.arn("elasticloadbalancing", `loadbalancer/${apiLoadBalancerName(scopes.stack.clusterName)}`),
        ],
      },
      actions: [],
      unseen: {
        "elasticloadbalancing:AddTags": classic,
        "elasticloadbalancing:ApplySecurityGroupsToLoadBalancer": changed,
        "elasticloadbalancing:AttachLoadBalancerToSubnets": changed,
        "elasticloadbalancing:ConfigureHealthCheck": classic,
        "elasticloadbalancing:CreateLoadBalancer": classic,
        "elasticloadbalancing:CreateLoadBalancerListeners": changed,
        "elasticloadbalancing:DeleteLoadBalancer": classic,
        "elasticloadbalancing:DeleteLoadBalancerListeners": changed,
        "elasticloadbalancing:DeregisterInstancesFromLoadBalancer": rolled,
        "elasticloadbalancing:DetachLoadBalancerFromSubnets": changed,
        "elasticloadbalancing:ModifyLoadBalancerAttributes": classic,
        "elasticloadbalancing:RemoveTags": "a tag that is taken out of the setting `tags`",
      },
    },
  ];
}
