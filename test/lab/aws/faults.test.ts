import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { DescribeLoadBalancersCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { ListRolesCommand } from "@aws-sdk/client-iam";
import { ListHostedZonesCommand } from "@aws-sdk/client-route-53";
import { CreateBucketCommand, ListBucketsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { startEmulator, type Clients, type Emulator } from "./emulator.ts";

let emulator: Emulator;
let clients: Clients;
beforeAll(async () => {
  emulator = await startEmulator();
  clients = emulator.clients;
});
afterEach(() => emulator.faults.clear());
afterAll(() => emulator.stop());

const calls = {
  "ec2:DescribeVpcs": () => clients.ec2.send(new DescribeVpcsCommand({})),
  "autoscaling:DescribeAutoScalingGroups": () => clients.autoscaling.send(new DescribeAutoScalingGroupsCommand({})),
  "elasticloadbalancing:DescribeLoadBalancers": () => clients.elb.send(new DescribeLoadBalancersCommand({})),
  "iam:ListRoles": () => clients.iam.send(new ListRolesCommand({})),
  "sts:GetCallerIdentity": () => clients.sts.send(new GetCallerIdentityCommand({})),
  "route53:ListHostedZones": () => clients.route53.send(new ListHostedZonesCommand({})),
  "s3:ListBuckets": () => clients.s3.send(new ListBucketsCommand({})),
};

/** A call of a JSON protocol: none of the clients at hand has one. */
const listQueues = async (): Promise<{ status: number; code: unknown }> => {
  const response = await fetch(emulator.aws.endpoint, {
    method: "POST",
    headers: {
      authorization: "AWS4-HMAC-SHA256 Credential=tester/20260101/us-east-1/sqs/aws4_request, Signature=none",
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "AmazonSQS.ListQueues",
    },
    body: "{}",
    signal: AbortSignal.timeout(60_000),
  });
  const body = (await response.json()) as { __type?: string };
  return { status: response.status, code: body.__type };
};

test.each([
  ["ec2:DescribeVpcs", "RequestLimitExceeded", 503],
  ["autoscaling:DescribeAutoScalingGroups", "Throttling", 400],
  ["elasticloadbalancing:DescribeLoadBalancers", "Throttling", 400],
  ["iam:ListRoles", "Throttling", 400],
  ["sts:GetCallerIdentity", "Throttling", 400],
  ["route53:ListHostedZones", "Throttling", 400],
  ["s3:ListBuckets", "SlowDown", 503],
] as const)("aws-throttle of %s answers %s", async (target, name, httpStatusCode) => {
  emulator.faults.add("aws-throttle", { target });
  await emulator.aws.faultsApplied();
  await expect(calls[target]()).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  const others = Object.entries(calls).filter(([other]) => other !== target);
  await Promise.all(others.map(([, call]) => call()));
  emulator.faults.clear();
  await emulator.aws.faultsApplied();
  await calls[target]();
});

test.each([
  ["ec2:DescribeVpcs", "UnauthorizedOperation"],
  ["autoscaling:DescribeAutoScalingGroups", "AccessDenied"],
  ["iam:ListRoles", "AccessDenied"],
  ["route53:ListHostedZones", "AccessDenied"],
  ["s3:ListBuckets", "AccessDenied"],
] as const)("aws-deny of %s answers %s and says what was denied", async (target, name) => {
  emulator.faults.add("aws-deny", { target });
  await emulator.aws.faultsApplied();
  await expect(calls[target]()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 403 } });
  await expect(calls[target]()).rejects.toThrow(`is not authorized to perform: ${target}`);
});

test.each([
  ["ec2:DescribeVpcs", "RequestExpired"],
  ["autoscaling:DescribeAutoScalingGroups", "ExpiredToken"],
  ["iam:ListRoles", "ExpiredToken"],
  ["sts:GetCallerIdentity", "ExpiredToken"],
  ["route53:ListHostedZones", "ExpiredToken"],
  ["s3:ListBuckets", "ExpiredToken"],
] as const)("aws-expired of %s answers %s", async (target, name) => {
  emulator.faults.add("aws-expired", { target });
  await emulator.aws.faultsApplied();
  await expect(calls[target]()).rejects.toMatchObject({ name });
});

test("aws-lost: nothing is answered until it is over, then everything is", async () => {
  const lost = emulator.faults.add("aws-lost");
  await emulator.aws.faultsApplied();
  let answered = 0;
  const waiting = Object.values(calls).map(async (call) => {
    await call();
    answered++;
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(answered).toBe(0);
  emulator.faults.clear(lost.id);
  await Promise.all(waiting);
  expect(answered).toBe(Object.keys(calls).length);
});

test("JSON services have codes of their own", async () => {
  expect(await listQueues()).toEqual({ status: 200, code: undefined });
  const throttle = emulator.faults.add("aws-throttle", { target: "sqs:ListQueues" });
  await emulator.aws.faultsApplied();
  expect(await listQueues()).toEqual({ status: 400, code: "ThrottlingException" });
  emulator.faults.clear(throttle.id);
  emulator.faults.add("aws-deny", { target: "sqs:*" });
  await emulator.aws.faultsApplied();
  expect(await listQueues()).toEqual({ status: 400, code: "AccessDeniedException" });
});

test.each([["*"], [undefined]])("the target %s means every call", async (target) => {
  emulator.faults.add("aws-deny", { target });
  await emulator.aws.faultsApplied();
  await Promise.all(
    Object.values(calls).map((call) => expect(call()).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } })),
  );
});

test("other kinds of faults do not concern AWS", async () => {
  emulator.faults.add("api-errors");
  await emulator.aws.faultsApplied();
  await Promise.all(Object.values(calls).map((call) => call()));
});

test("the request log has a line for each request, also for a denied one, with who made it", async () => {
  const before = (await emulator.requests()).length;
  await clients.s3.send(new CreateBucketCommand({ Bucket: "log" }));
  await clients.s3.send(new PutObjectCommand({ Bucket: "log", Key: "a/b", Body: "x" }));
  emulator.faults.add("aws-deny", { target: "ec2:DescribeVpcs" });
  await emulator.aws.faultsApplied();
  await expect(calls["ec2:DescribeVpcs"]()).rejects.toThrow("ec2:DescribeVpcs");
  const lines = (await emulator.requests()).slice(before);
  const who = { accessKey: "tester", principal: "arn:aws:iam::123456789012:user/tester", region: "us-east-1" };
  expect(lines.map((line) => ({ ...line, time: undefined }))).toEqual([
    {
      ...{ service: "s3", action: "CreateBucket", method: "PUT", path: "/log/", status: 200, ...who },
      needs: [{ action: "s3:CreateBucket", resource: "arn:aws:s3:::log" }],
    },
    {
      ...{ service: "s3", action: "PutObject", method: "PUT", path: "/log/a/b", status: 200, ...who },
      needs: [{ action: "s3:PutObject", resource: "arn:aws:s3:::log/a/b" }],
    },
    {
      ...{ service: "ec2", action: "DescribeVpcs", method: "POST", path: "/", status: 403, ...who },
      needs: [{ action: "ec2:DescribeVpcs", resource: "*" }],
    },
  ]);
  for (const { time } of lines) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test("a request that moto fails at is in the log all the same", async () => {
  const authorization = "AWS4-HMAC-SHA256 Credential=tester/20260101/us-east-1/nonsense/aws4_request, Signature=none";
  const response = await fetch(emulator.aws.endpoint, {
    headers: { authorization },
    signal: AbortSignal.timeout(60_000),
  });
  expect(response.status).toBe(500);
  expect((await emulator.requests()).at(-1)).toMatchObject({ service: "nonsense", action: "Unknown", status: 500 });
});
