import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteVpcCommand,
  DescribeVpcsCommand,
} from "@aws-sdk/client-ec2";
import { AddRoleToInstanceProfileCommand, CreateInstanceProfileCommand, CreateRoleCommand } from "@aws-sdk/client-iam";
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  ListTagsForResourcesCommand,
} from "@aws-sdk/client-route-53";
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { setPrincipals, type Policy } from "../../../lab/aws/principals.ts";
import { startEmulator, type Clients, type Emulator } from "./emulator.ts";
import { evaluate } from "./evaluate.ts";

let emulator: Emulator;
let clients: Clients;
beforeAll(async () => {
  emulator = await startEmulator();
  clients = emulator.clients;
});
afterEach(() => setPrincipals(emulator.aws.endpoint, {}));
afterAll(() => emulator.stop());

const account = "123456789012";

/** What the log says of the newest call of this operation. */
async function last(action: string) {
  const found = (await emulator.requests()).filter((line) => line.action === action).at(-1);
  if (found === undefined) throw new Error(`the request log has no ${action}`);
  return found;
}

/** From here on the tester may do only this. */
async function allow(...statements: Policy["Statement"]): Promise<void> {
  const policies = [{ Version: "2012-10-17", Statement: statements }];
  await setPrincipals(emulator.aws.endpoint, { tester: { policies } });
}

describe("the request log names what a call needs", () => {
  test("a read that IAM cannot limit needs its action on everything", async () => {
    await clients.ec2.send(new DescribeVpcsCommand({}));
    expect(await last("DescribeVpcs")).toMatchObject({
      accessKey: "tester",
      principal: `arn:aws:iam::${account}:user/tester`,
      region: "us-east-1",
      status: 200,
      needs: [{ action: "ec2:DescribeVpcs", resource: "*" }],
    });
  });

  test("what is created with tags needs ec2:CreateTags as well, and what it is created in is named with its tags", async () => {
    const vpc = await clients.ec2.send(
      new CreateVpcCommand({
        CidrBlock: "10.1.0.0/16",
        TagSpecifications: [{ ResourceType: "vpc", Tags: [{ Key: "Owner", Value: "me" }] }],
      }),
    );
    const VpcId = vpc.Vpc?.VpcId ?? "";
    expect((await last("CreateVpc")).needs).toEqual([
      {
        action: "ec2:CreateVpc",
        resource: `arn:aws:ec2:us-east-1:${account}:vpc/*`,
        context: { "aws:RequestTag/Owner": ["me"], "aws:TagKeys": ["Owner"] },
      },
      {
        action: "ec2:CreateTags",
        resource: `arn:aws:ec2:us-east-1:${account}:vpc/*`,
        context: { "aws:RequestTag/Owner": ["me"], "aws:TagKeys": ["Owner"], "ec2:CreateAction": ["CreateVpc"] },
      },
    ]);
    await clients.ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: "10.1.0.0/24" }));
    expect((await last("CreateSubnet")).needs).toEqual([
      { action: "ec2:CreateSubnet", resource: `arn:aws:ec2:us-east-1:${account}:subnet/*` },
      {
        action: "ec2:CreateSubnet",
        resource: `arn:aws:ec2:us-east-1:${account}:vpc/${VpcId}`,
        context: { "aws:ResourceTag/Owner": ["me"], "ec2:ResourceTag/Owner": ["me"] },
      },
    ]);
  });

  test("S3 has names of its own, and a bulk deletion needs each object", async () => {
    await clients.s3.send(new CreateBucketCommand({ Bucket: "named" }));
    await clients.s3.send(new PutObjectCommand({ Bucket: "named", Key: "a/b", Body: "x" }));
    await clients.s3.send(new ListObjectsV2Command({ Bucket: "named", Prefix: "a/" }));
    await clients.s3.send(new HeadBucketCommand({ Bucket: "named" }));
    await clients.s3.send(
      new DeleteObjectsCommand({ Bucket: "named", Delete: { Objects: [{ Key: "a/b" }, { Key: "a/c" }] } }),
    );
    expect((await last("PutObject")).needs).toEqual([{ action: "s3:PutObject", resource: "arn:aws:s3:::named/a/b" }]);
    expect((await last("ListObjectsV2")).needs).toEqual([
      { action: "s3:ListBucket", resource: "arn:aws:s3:::named", context: { "s3:prefix": ["a/"] } },
    ]);
    expect((await last("HeadBucket")).needs).toEqual([{ action: "s3:ListBucket", resource: "arn:aws:s3:::named" }]);
    expect((await last("DeleteObjects")).needs).toEqual([
      { action: "s3:DeleteObject", resource: "arn:aws:s3:::named/a/b" },
      { action: "s3:DeleteObject", resource: "arn:aws:s3:::named/a/c" },
    ]);
  });

  test("roles come with their boundary, and putting one into an instance profile passes it to EC2", async () => {
    const PermissionsBoundary = `arn:aws:iam::${account}:policy/boundary`;
    await clients.iam.send(
      new CreateRoleCommand({
        RoleName: "nodes.named",
        AssumeRolePolicyDocument: "{}",
        PermissionsBoundary,
        Tags: [{ Key: "Owner", Value: "me" }],
      }),
    );
    const role = `arn:aws:iam::${account}:role/nodes.named`;
    const tags = { "aws:RequestTag/Owner": ["me"], "aws:TagKeys": ["Owner"] };
    expect((await last("CreateRole")).needs).toEqual([
      {
        action: "iam:CreateRole",
        resource: role,
        context: { ...tags, "iam:PermissionsBoundary": [PermissionsBoundary] },
      },
      { action: "iam:TagRole", resource: role, context: tags },
    ]);
    await clients.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: "nodes.named" }));
    await clients.iam.send(
      new AddRoleToInstanceProfileCommand({ InstanceProfileName: "nodes.named", RoleName: "nodes.named" }),
    );
    expect((await last("AddRoleToInstanceProfile")).needs).toEqual([
      {
        action: "iam:AddRoleToInstanceProfile",
        resource: `arn:aws:iam::${account}:instance-profile/nodes.named`,
      },
      {
        action: "iam:PassRole",
        resource: role,
        context: {
          "iam:PassedToService": ["ec2.amazonaws.com"],
          "aws:ResourceTag/Owner": ["me"],
          "iam:ResourceTag/Owner": ["me"],
        },
      },
    ]);
  });

  test("a change of records names its zone and the records, a list of tags each zone", async () => {
    const zone = await clients.route53.send(
      new CreateHostedZoneCommand({ Name: "named.example.com", CallerReference: "1" }),
    );
    const HostedZoneId = zone.HostedZone?.Id?.split("/").at(-1) ?? "";
    await clients.route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId,
        ChangeBatch: {
          Changes: [
            {
              Action: "UPSERT",
              ResourceRecordSet: {
                Name: "API.named.example.com.",
                Type: "A",
                TTL: 60,
                ResourceRecords: [{ Value: "192.0.2.1" }],
              },
            },
          ],
        },
      }),
    );
    expect((await last("ChangeResourceRecordSets")).needs).toEqual([
      {
        action: "route53:ChangeResourceRecordSets",
        resource: `arn:aws:route53:::hostedzone/${HostedZoneId}`,
        context: {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": ["api.named.example.com"],
          "route53:ChangeResourceRecordSetsRecordTypes": ["A"],
          "route53:ChangeResourceRecordSetsActions": ["UPSERT"],
        },
      },
    ]);
    const ResourceIds = [HostedZoneId];
    await clients.route53.send(new ListTagsForResourcesCommand({ ResourceType: "hostedzone", ResourceIds }));
    expect((await last("ListTagsForResources")).needs).toEqual([
      { action: "route53:ListTagsForResources", resource: `arn:aws:route53:::hostedzone/${HostedZoneId}` },
    ]);
  });
});

describe("policies are enforced for the access keys that have some", () => {
  test("what they do not allow is refused in AWS's words and does not happen", async () => {
    const vpc = await clients.ec2.send(new CreateVpcCommand({ CidrBlock: "10.2.0.0/16" }));
    const VpcId = vpc.Vpc?.VpcId ?? "";
    await allow({ Effect: "Allow", Action: "ec2:Describe*", Resource: "*" });
    await expect(clients.ec2.send(new DeleteVpcCommand({ VpcId }))).rejects.toMatchObject({
      name: "UnauthorizedOperation",
      message: `You are not authorized to perform this operation. User: arn:aws:iam::${account}:user/tester is not authorized to perform: ec2:DeleteVpc on resource: arn:aws:ec2:us-east-1:${account}:vpc/${VpcId} because no identity-based policy allows the ec2:DeleteVpc action`,
      $metadata: { httpStatusCode: 403 },
    });
    expect((await last("DeleteVpc")).refused).toMatchObject({ action: "ec2:DeleteVpc" });
    const left = await clients.ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] }));
    expect(left.Vpcs).toHaveLength(1);
    await expect(clients.s3.send(new GetObjectCommand({ Bucket: "x", Key: "y" }))).rejects.toMatchObject({
      name: "AccessDenied",
      $metadata: { httpStatusCode: 403 },
    });
    await expect(
      clients.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: "x" })),
    ).rejects.toMatchObject({ name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
    // It needs no permission, and nobody can be denied it by an identity-based policy that says nothing of it.
    await expect(clients.sts.send(new GetCallerIdentityCommand({}))).resolves.toBeDefined();
  });

  test("a condition on tags tells resources apart, at creation and afterwards", async () => {
    const tagged = { StringEquals: { "aws:ResourceTag/Owner": "me" } };
    const requested = { StringEquals: { "aws:RequestTag/Owner": "me" } };
    await allow(
      { Effect: "Allow", Action: ["ec2:CreateVpc", "ec2:CreateTags"], Resource: "*", Condition: requested },
      { Effect: "Allow", Action: ["ec2:DeleteVpc", "ec2:CreateSecurityGroup"], Resource: "*", Condition: tagged },
      { Effect: "Allow", Action: "ec2:CreateSecurityGroup", Resource: "arn:aws:ec2:*:*:security-group/*" },
    );
    const create = (value: string) =>
      clients.ec2.send(
        new CreateVpcCommand({
          CidrBlock: "10.3.0.0/16",
          TagSpecifications: [{ ResourceType: "vpc", Tags: [{ Key: "Owner", Value: value }] }],
        }),
      );
    await expect(create("you")).rejects.toMatchObject({ name: "UnauthorizedOperation" });
    const mine = (await create("me")).Vpc?.VpcId ?? "";
    await expect(
      clients.ec2.send(new CreateTagsCommand({ Resources: [mine], Tags: [{ Key: "Owner", Value: "you" }] })),
    ).rejects.toMatchObject({ name: "UnauthorizedOperation" });
    await clients.ec2.send(new CreateSecurityGroupCommand({ GroupName: "g", Description: "g", VpcId: mine }));

    await setPrincipals(emulator.aws.endpoint, {});
    const other = (await create("you")).Vpc?.VpcId ?? "";
    await allow(
      { Effect: "Allow", Action: "ec2:DeleteVpc", Resource: "*", Condition: tagged },
      { Effect: "Allow", Action: "ec2:CreateSecurityGroup", Resource: "*" },
    );
    await expect(clients.ec2.send(new DeleteVpcCommand({ VpcId: other }))).rejects.toMatchObject({
      name: "UnauthorizedOperation",
    });
  });

  test("policies that could not be enforced as AWS does are not taken, and the former ones stay", async () => {
    await allow({ Effect: "Allow", Action: "ec2:*", Resource: "*" });
    const impossible = [
      { Effect: "Allow", Action: "*", Resource: "*", Principal: "*" },
      { Effect: "Allow", Action: "*", Resource: "*", Condition: { NumericLessThan: { "s3:max-keys": "10" } } },
      { Effect: "Allow", Action: "*", Resource: "arn:aws:s3:::${Bucket}" },
    ];
    for (const statement of impossible) {
      const policies = [{ Version: "2012-10-17", Statement: [statement as never] }];
      await expect(setPrincipals(emulator.aws.endpoint, { tester: { policies } })).rejects.toThrow(/400/);
    }
    await expect(clients.s3.send(new ListObjectsV2Command({ Bucket: "named" }))).rejects.toMatchObject({
      name: "AccessDenied",
    });
    await expect(clients.ec2.send(new DescribeVpcsCommand({}))).resolves.toBeDefined();
  });
});

test("policies are evaluated as IAM's documentation has it", async () => {
  const cases = JSON.parse(
    await readFile(fileURLToPath(new URL("iam-examples.json", import.meta.url)), "utf8"),
  ) as readonly { name: string; allowed: boolean }[];
  const refusals = await evaluate(cases);
  expect(cases.map(({ name }, i) => ({ name, allowed: refusals[i] === null }))).toEqual(
    cases.map(({ name, allowed }) => ({ name, allowed })),
  );
  expect(refusals.filter((text) => text?.startsWith("error"))).toEqual([]);
});
