import { isEverywhere } from "../access.ts";
import type { Facts } from "../facts.ts";
import { Check, count, type CheckResult } from "../finding.ts";

/** The mirror's API server can be reached by those who rehearse, and answers not everybody. */
export function access({ intent }: Facts): CheckResult {
  const check = new Check("access", "who can reach the mirror");
  check.looked(count(intent.adminAccess.length, "network"));
  const open = intent.adminAccess.filter(isEverywhere);
  if (open.length > 0)
    check.find(
      "warning",
      "The whole internet can reach the mirror's API server; only its credentials keep others out.",
      [`adminAccess: ${open.join(", ")}`],
      "set adminAccess to the networks that you run this from, e.g. those of a self-hosted runner or a bastion",
    );
  if (intent.mirror.apiInternal && intent.apiServer === undefined)
    check.find(
      "warning",
      "The mirror's API server has an internal load balancer, as production's has: it is reached from the mirror's network only.",
      [`spec.api.loadBalancer.type: Internal; network.cidr: ${intent.network.cidr}`],
      "run this from a network that is connected with the mirror's (network.id of a VPC with a VPN, peering or a runner in it), or set apiServer to an address that leads there",
    );
  return check.result();
}
