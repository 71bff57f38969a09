import { describe, expect, test } from "@jest/globals";
import { CreateBucketCommand, DeleteBucketCommand } from "@aws-sdk/client-s3";
import type { Fact } from "../../../../preflight/fact.ts";
import { account, findings, unchecked } from "../account.ts";

export const unansweredCases = (): void =>
  describe("calls that get no answer", () => {
    const services = ["ec2", "elasticloadbalancing", "events", "iam", "route53", "s3", "servicequotas", "sqs"];

    test("throttled throughout: repeated, bounded, and never taken for 'there is none'", async () => {
      await account.emulator.clients.s3.send(new CreateBucketCommand({ Bucket: "example-store" }));
      account.undo.push(() => account.emulator.clients.s3.send(new DeleteBucketCommand({ Bucket: "example-store" })));
      for (const service of services) account.emulator.faults.add("aws-throttle", { target: `${service}:*` });
      await account.emulator.aws.faultsApplied();
      const before = (await account.requests()).length;
      const { aws, checks } = await account.look();
      const { credentials, quotas, usage, images, vpc, discoveryBucket, ...rest } = aws;
      expect(credentials.known && vpc.known && discoveryBucket.known).toBe(true);
      for (const fact of [
        ...Object.values(rest),
        ...quotas.values(),
        ...(Object.values(usage) as Fact<unknown>[]),
        ...images.values(),
      ])
        expect(fact).toMatchObject({
          known: false,
          why: expect.stringMatching(/was throttled each time \(.*, 6 attempts\)/),
        });
      expect(findings({ checks })).toEqual([]);
      const open = checks.filter((check) => check.unchecked.length > 0).map(({ name }) => name);
      expect(open).toEqual(["instance-types", "quotas", "collisions"]);
      const attempts = new Map<string, number>();
      for (const { service, action } of (await account.requests()).slice(before))
        attempts.set(`${service}:${action}`, (attempts.get(`${service}:${action}`) ?? 0) + 1);
      expect(attempts.get("ec2:DescribeVolumes")).toBe(6);
      expect(attempts.get("s3:GetBucketTagging")).toBe(6);
      expect(attempts.get("sts:GetCallerIdentity")).toBe(1);
    });

    test("throttled for a while: asked until there is an answer", async () => {
      const fault = account.emulator.faults.add("aws-throttle", { target: "ec2:DescribeVolumes" });
      await account.emulator.aws.faultsApplied();
      const before = (await account.requests()).length;
      const refused = async () =>
        (await account.requests()).slice(before).filter(({ action }) => action === "DescribeVolumes").length;
      const looking = account.look();
      while ((await refused()) < 2) await new Promise((resolve) => setTimeout(resolve, 20));
      account.emulator.faults.clear(fault.id);
      const seen = await looking;
      expect(seen.aws.usage.gp3Gib).toEqual({ known: true, value: 0 });
      expect(unchecked(seen)).toEqual([]);
    });

    test("denied: every question stays open, by action and principal; the state store's is an error", async () => {
      for (const service of services) account.emulator.faults.add("aws-deny", { target: `${service}:*` });
      await account.emulator.aws.faultsApplied();
      const seen = await account.look();
      expect(findings(seen)).toEqual([
        [
          "collisions",
          "error",
          expect.stringMatching(
            /The bucket example-store may not be looked at.*s3:GetBucketTagging on example-store was denied to arn:aws:\S+\nAccessDenied \(403\)/s,
          ),
        ],
      ]);
      const why = unchecked(seen).join("\n");
      for (const action of [
        "ec2:DescribeInstanceTypeOfferings",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeInstances",
        "ec2:DescribeVolumes",
        "ec2:DescribeVpcs",
        "ec2:DescribeInternetGateways",
        "ec2:DescribeTags",
        "iam:ListRoleTags",
        "route53:ListHostedZonesByName",
        "servicequotas:GetServiceQuota",
      ])
        expect(why).toMatch(new RegExp(`${action} was denied: \\w+ \\(\\d+\\): .*not authorized`));
    });
  });
