import {
  DeleteSecurityGroupCommand,
  paginateDescribeSecurityGroupRules,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type EC2Client,
} from "@aws-sdk/client-ec2";

/** Groups of a cluster name each other in their rules; AWS deletes none that another one names. */
export async function deleteSecurityGroup(client: EC2Client, GroupId: string): Promise<void> {
  const rules: Record<"in" | "out", string[]> = { in: [], out: [] };
  const Filters = [{ Name: "group-id", Values: [GroupId] }];
  for await (const page of paginateDescribeSecurityGroupRules({ client }, { Filters })) {
    for (const { SecurityGroupRuleId = "", IsEgress } of page.SecurityGroupRules ?? [])
      rules[IsEgress ? "out" : "in"].push(SecurityGroupRuleId);
  }
  if (rules.in.length > 0)
    await client.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: rules.in }));
  if (rules.out.length > 0)
    await client.send(new RevokeSecurityGroupEgressCommand({ GroupId, SecurityGroupRuleIds: rules.out }));
  await client.send(new DeleteSecurityGroupCommand({ GroupId }));
}
