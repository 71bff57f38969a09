import { GetRolePolicyCommand, type IAMClient } from "@aws-sdk/client-iam";

/** One thing that a role's policy allows, as the evaluator takes it. */
export interface Allowed {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * All that the inline policy of a role of kops' allows, each with the condition keys that it is allowed under.
 * kops leaves region, account and queue open: what the mirror's pods ask for is in the mirror's own.
 */
export async function rolePolicy(
  iam: IAMClient,
  RoleName: string,
  own: { readonly account: string; readonly region: string; readonly queue: string },
): Promise<Allowed[]> {
  const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: RoleName }));
  const { Statement } = JSON.parse(decodeURIComponent(PolicyDocument)) as {
    Statement: {
      Action: string | string[];
      Resource: string | string[];
      Condition?: { StringEquals?: Record<string, string | string[]> };
    }[];
  };
  return Statement.flatMap(({ Action, Resource, Condition }) =>
    [Action].flat().flatMap((action) =>
      [Resource].flat().map((resource) => ({
        action,
        resource: action.startsWith("sqs:")
          ? own.queue
          : resource.replace(/^(arn:aws:ec2):\*:\*:/, `$1:${own.region}:${own.account}:`),
        context: {
          "aws:RequestedRegion": own.region,
          "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com",
          ...Condition?.StringEquals,
        },
      })),
    ),
  );
}
