import { describe, expect, test } from "@jest/globals";
import { CreateTagsCommand, RunInstancesCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import {
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
} from "@aws-sdk/client-route-53";
import { CreateBucketCommand, DeleteBucketCommand, PutBucketTaggingCommand } from "@aws-sdk/client-s3";
import {
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  TagRoleCommand,
} from "@aws-sdk/client-iam";
import { CreateQueueCommand, DeleteQueueCommand, TagQueueCommand } from "@aws-sdk/client-sqs";
import { DeleteRuleCommand, PutRuleCommand } from "@aws-sdk/client-eventbridge";
import { awsClients } from "../../../../rehearsal/preflight/clients.ts";
import { tagKeys } from "../../../../ownership/tags.ts";
import { present } from "../../aws/world.ts";
import { account, findings } from "../account.ts";

export const collisionCases = (): void =>
  describe("names that are taken", () => {
    const { s3, route53, ec2 } = {
      s3: () => account.emulator.clients.s3,
      route53: () => account.emulator.clients.route53,
      ec2: () => account.emulator.clients.ec2,
    };

    test("the bucket, unless it is this stack's", async () => {
      await s3().send(new CreateBucketCommand({ Bucket: "example-store" }));
      account.undo.push(() => s3().send(new DeleteBucketCommand({ Bucket: "example-store" })));
      expect(findings(await account.look())).toEqual([
        [
          "collisions",
          "error",
          expect.stringMatching(/example-store is there already.*\nit carries no ownership tag/s),
        ],
      ]);
      for (const [owner, found] of [
        ["me", []],
        ["you", [["collisions", "error", expect.stringContaining("of owner you")]]],
      ] as const) {
        const Tagging = { TagSet: [{ Key: tagKeys.owner, Value: owner }] };
        await s3().send(new PutBucketTaggingCommand({ Bucket: "example-store", Tagging }));
        expect(findings(await account.look())).toEqual(found);
      }
    });

    test("the bucket for the keys of service accounts, which has to be there", async () => {
      const discoveryBucket = "example-keys";
      const seen = async () => findings(await account.look({ discoveryBucket }));
      expect(await seen()).toEqual([["discovery-store", "error", expect.stringContaining("no bucket example-keys")]]);
      await s3().send(new CreateBucketCommand({ Bucket: discoveryBucket }));
      account.undo.push(() => s3().send(new DeleteBucketCommand({ Bucket: discoveryBucket })));
      expect(await seen()).toEqual([]);
    });

    test("the roles of a cluster, by kops' names for them, unless they are this stack's", async () => {
      const { iam } = account.emulator.clients;
      for (const RoleName of ["nodes.mirror.k8s.example.com", "nodes.other.k8s.example.com"]) {
        await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: "{}" }));
        account.undo.push(() => iam.send(new DeleteRoleCommand({ RoleName })));
      }
      const role = "role/nodes.mirror.k8s.example.com: it carries no ownership tag";
      expect(findings(await account.look())).toEqual([["collisions", "error", expect.stringContaining(role)]]);
      const Tags = [{ Key: tagKeys.owner, Value: "me" }];
      await iam.send(new TagRoleCommand({ RoleName: "nodes.mirror.k8s.example.com", Tags }));
      expect(findings(await account.look())).toEqual([]);
      const InstanceProfileName = "masters.mirror.k8s.example.com";
      await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
      account.undo.push(() => iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName })));
      const profile = `instance-profile/${InstanceProfileName}: it carries no`;
      expect(findings(await account.look())).toEqual([["collisions", "error", expect.stringContaining(profile)]]);
    });

    test("roles whose names kops cuts off, of instances and of service accounts", async () => {
      const { iam } = account.emulator.clients;
      const clusterName = "rehearsal-of-production.eu-central-1.clusters.example.com";
      const accounts = [
        { name: "ledger", namespace: "pay" },
        { name: "worker", namespace: "*" },
      ];
      const seen = () => account.look({ clusterName, serviceAccounts: accounts });
      expect(findings(await seen())).toEqual([]);
      // As kops 1.35 has named them for this cluster.
      const names = [
        "apiservers.rehearsal-of-production.eu-central-1.clusters.-khevk5",
        "ledger.pay.sa.rehearsal-of-production.eu-central-1.cluste-4r97d7",
        "worker.wildcard.sa.rehearsal-of-production.eu-central-1.c-0inf6o",
      ];
      for (const RoleName of names) {
        await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: "{}" }));
        account.undo.push(() => iam.send(new DeleteRoleCommand({ RoleName })));
      }
      const [found] = findings(await seen());
      expect(found?.slice(0, 2)).toEqual(["collisions", "error"]);
      for (const name of names) expect(found?.[2]).toContain(`role/${name}: it carries no ownership tag`);
    });

    test("queues and event rules that kops would take for the mirror's, by the beginning of their names", async () => {
      const clients = awsClients("us-east-1", account.emulator.aws.endpoint);
      account.undo.push(() => Promise.resolve(clients.close()));
      const QueueName = "mirror-k8s-example-com-au-nth";
      const { QueueUrl } = await clients.queues.send(new CreateQueueCommand({ QueueName }));
      account.undo.push(() => clients.queues.send(new DeleteQueueCommand({ QueueUrl })));
      const Name = "mirror.k8s.example.com.au-ASGLifecycle";
      await clients.events.send(new PutRuleCommand({ Name, EventPattern: "{}" }));
      account.undo.push(() => clients.events.send(new DeleteRuleCommand({ Name })));
      const names = new RegExp(`queue/${QueueName}: it carries no[^]*rule/${Name}: it carries no`);
      expect(findings(await account.look())).toEqual([["collisions", "error", expect.stringMatching(names)]]);
      const Tags = { [tagKeys.owner]: "me" };
      await clients.queues.send(new TagQueueCommand({ QueueUrl, Tags }));
      await clients.events.send(new DeleteRuleCommand({ Name }));
      expect(findings(await account.look())).toEqual([]);
      await clients.events.send(new PutRuleCommand({ Name, EventPattern: "{}" }));
    });

    test("the API's records, and a public zone of the name", async () => {
      const create = new CreateHostedZoneCommand({ Name: "k8s.example.com", CallerReference: "1" });
      const { HostedZone } = await route53().send(create);
      const HostedZoneId = present(HostedZone?.Id, "Id").replace("/hostedzone/", "");
      account.undo.push(() => route53().send(new DeleteHostedZoneCommand({ Id: HostedZoneId })));
      const zone = "k8s.example.com";
      expect(findings(await account.look())).toEqual([]);
      expect(findings(await account.look({ dns: { mode: "new", zone } }))).toEqual([
        ["collisions", "warning", expect.stringContaining(HostedZoneId)],
      ]);
      expect(findings(await account.look({ dns: { mode: "existing", zone } }))).toEqual([]);
      expect(findings(await account.look({ dns: { mode: "existing", zone: "example.com" } }))).toEqual([
        ["collisions", "error", expect.stringContaining("no public hosted zone example.com")],
      ]);
      const record = (Action: "UPSERT" | "DELETE", Name: string) =>
        route53().send(
          new ChangeResourceRecordSetsCommand({
            HostedZoneId,
            ChangeBatch: {
              Changes: [
                { Action, ResourceRecordSet: { Name, Type: "A", TTL: 60, ResourceRecords: [{ Value: "10.0.0.1" }] } },
              ],
            },
          }),
        );
      for (const name of ["api.other.k8s.example.com", "api.mirror.k8s.example.com"]) {
        await record("UPSERT", name);
        account.undo.push(() => record("DELETE", name));
      }
      expect(findings(await account.look())).toEqual([
        [
          "collisions",
          "error",
          expect.stringMatching(/has records of a cluster .*\napi\.mirror\.k8s\.example\.com\.$/s),
        ],
      ]);
      const AddTags = [{ Key: tagKeys.owner, Value: "me" }];
      await route53().send(
        new ChangeTagsForResourceCommand({ ResourceType: "hostedzone", ResourceId: HostedZoneId, AddTags }),
      );
      expect((await account.look()).aws.zones).toEqual({
        known: true,
        value: [{ id: HostedZoneId, private: false, owner: { id: "me", stack: "", cluster: "" } }],
      });
    });

    test("what carries the cluster's tag, unless it is this stack's; instances that are gone do not count", async () => {
      const vpc = await account.aVpc("10.9.0.0/16");
      const tag = (Key: string, Value: string, id = vpc) =>
        ec2().send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key, Value }] }));
      await tag("KubernetesCluster", "other.k8s.example.com");
      expect(findings(await account.look())).toEqual([]);
      await tag("KubernetesCluster", "mirror.k8s.example.com");
      expect(findings(await account.look())).toEqual([
        ["collisions", "error", expect.stringContaining(`vpc/${vpc}: it carries no`)],
      ]);
      await tag(tagKeys.owner, "you");
      expect(findings(await account.look())).toEqual([
        ["collisions", "error", expect.stringContaining("of owner you")],
      ]);
      await tag(tagKeys.owner, "me");
      expect(findings(await account.look())).toEqual([]);

      await tag("KubernetesCluster", "other.k8s.example.com");
      const run = new RunInstancesCommand({
        ImageId: await account.anImage(),
        InstanceType: "m5.large",
        MinCount: 1,
        MaxCount: 1,
      });
      const id = present((await ec2().send(run)).Instances?.[0]?.InstanceId, "InstanceId");
      await tag("KubernetesCluster", "mirror.k8s.example.com", id);
      expect(findings(await account.look())).toEqual([
        ["collisions", "error", expect.stringContaining(`instance/${id}`)],
      ]);
      await ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] }));
      expect(findings(await account.look())).toEqual([]);
    });
  });
