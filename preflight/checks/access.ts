import { isEverywhere } from "../access.ts";
import type { Facts } from "../facts.ts";
import { Check, count, type CheckResult } from "../finding.ts";

/** The mirror's API server answers those who rehearse, and not everybody. */
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
  return check.result();
}
