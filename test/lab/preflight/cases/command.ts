import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { CreateTagsCommand } from "@aws-sdk/client-ec2";
import { CreateBucketCommand, DeleteBucketCommand, PutBucketTaggingCommand } from "@aws-sdk/client-s3";
import { execa } from "execa";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import { ownershipTags } from "../../../../ownership/tags.ts";
import { findTools } from "../../../../tools/index.ts";
import { required } from "../../../unit/settings/example.ts";
import { account } from "../account.ts";

export const commandCases = (): void =>
  describe("the command", () => {
    let dir: string;
    let kops: string;
    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), "preflight-"));
      kops = (await findTools({ only: ["kops"] })).binDir;
      await copyFile("Pulumi.yaml", join(dir, "Pulumi.yaml"));
    });
    afterAll(() => rm(dir, { recursive: true, force: true }));

    async function preflight(changes: Record<string, unknown>, ...args: string[]) {
      const config = Object.entries({ ...required, ...changes }).map(([key, value]) => [
        `kops-upgrade-rehearsal:${key}`,
        value,
      ]);
      await writeFile(join(dir, "Pulumi.shop.yaml"), stringify({ config: Object.fromEntries(config) as object }));
      return await execa("node", [resolve("bin/rehearsal.mjs"), "preflight", ...args], {
        cwd: dir,
        env: { ...account.emulator.aws.env, PATH: `${kops}:${process.env["PATH"]}` },
        reject: false,
        timeout: 180_000,
      });
    }

    test("reads the stack file, shows each check, and exits by what stands in the way", async () => {
      const many = { nodes: { size: "m5.xlarge", zones: ["us-east-1a"], count: 70 } };
      const refused = await preflight(many);
      expect(refused).toMatchObject({ exitCode: 14, stderr: "" });
      expect(refused.stdout).toMatch(/^ERROR +quotas/m);
      expect(refused.stdout).toMatch(/error: The mirror needs 286 vCPU, .* leaves 256/);
      expect(refused.stdout).toContain("-> ask for more: aws service-quotas request-service-quota-increase");
      expect(refused.stdout).toContain("preflight: { accept: [quotas] } in Pulumi.shop.yaml");
      expect(refused.stdout).toMatch(/^ok +kops against Kubernetes .*kops 1\.35\.0$/m);
      expect(refused.stdout).toMatch(/^not checked: .*no production\.kubeconfig \(version-skew, removed-apis, /m);

      const accepted = await preflight({ ...many, preflight: { accept: ["quotas"] } }, "-s", "shop", "-o", "json");
      expect(accepted.exitCode).toBe(0);
      expect(JSON.parse(accepted.stdout)).toMatchObject({ stopped: false, errors: 1, accepted: ["quotas"] });
    });

    test("this stack's mirror of another checkout is a warning, and its bucket, VPC and vCPUs are no finding", async () => {
      const { ec2, s3 } = account.emulator.clients;
      const { clusterName, stateStore: Bucket } = required;
      const ownership = { stack: "shop", cluster: clusterName, region: "us-east-1", expiresAt: "2099-01-01T00:00:00Z" };
      const mark = async (stack: string): Promise<void> => {
        const tags = { ...ownershipTags({ ...ownership, owner: "0a1b", stack }), KubernetesCluster: clusterName };
        const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
        await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
        await ec2.send(new CreateTagsCommand({ Resources: [vpc], Tags: TagSet }));
      };
      await s3.send(new CreateBucketCommand({ Bucket }));
      account.undo.push(() => s3.send(new DeleteBucketCommand({ Bucket })));
      const vpc = await account.aVpc("172.20.0.0/16");
      await mark("shop");
      const again = await preflight({});
      expect(again.exitCode).toBe(0);
      expect(again.stdout).toMatch(/warning: A mirror \S+ of stack shop is there already, .*\n +owner 0a1b/);
      await mark("other");
      const others = await preflight({});
      expect(others.exitCode).toBe(14);
      expect(others.stdout).toMatch(/error: The bucket \S+ is there already and not this stack's/);
    });

    test("wrong settings end it before AWS is asked, all at once", async () => {
      const before = (await account.requests()).length;
      const wrong = await preflight({ clusterName: "Upper.example.com", preflight: { accept: ["collisions"] } });
      expect(wrong.exitCode).toBe(2);
      expect(wrong.stderr).toContain("2 settings are wrong in stack shop");
      expect(wrong.stderr).toMatch(/preflight\.accept.*collisions cannot be accepted/s);
      expect((await account.requests()).length).toBe(before);
    });
  });
