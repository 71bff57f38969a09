import { describe, expect, test } from "@jest/globals";
import {
  AllocateAddressCommand,
  CreateNatGatewayCommand,
  CreateVolumeCommand,
  DeleteNatGatewayCommand,
  DeleteVolumeCommand,
  ReleaseAddressCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { shapeWith } from "../../../unit/preflight/facts.fixture.ts";
import { present } from "../../aws/world.ts";
import { account, findings, mirror } from "../account.ts";

export const quotaCases = (): void =>
  describe("quotas", () => {
    test("vCPUs of running instances; stopped and spot ones do not count", async () => {
      const run = new RunInstancesCommand({
        ImageId: await account.anImage(),
        InstanceType: "m5.24xlarge",
        MinCount: 3,
        MaxCount: 3,
      });
      const { Instances = [] } = await account.emulator.clients.ec2.send(run);
      const InstanceIds = Instances.map(({ InstanceId }) => present(InstanceId, "InstanceId"));
      const terminate = () => account.emulator.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
      account.undo.push(terminate);
      expect(findings(await account.look())).toEqual([
        [
          "quotas",
          "error",
          expect.stringMatching(/needs 18 vCPU, and the quota "Running On-Demand Standard .*" leaves 0/),
        ],
      ]);
      await terminate();
      expect(findings(await account.look())).toEqual([]);
    });

    test("vCPUs of spot instances have a quota of their own", async () => {
      // AWS gives everyone 5 of them; each of the two groups asks for the four of its one instance and of a roll's.
      const groups = { minSize: 1, maxSize: 1, maxPrice: "0.10" };
      const seen = await account.look({ mirror: shapeWith(groups) });
      expect(findings(seen)).toEqual([
        ["quotas", "error", expect.stringMatching(/needs 16 vCPU, and the quota "All Standard .* Spot .*" leaves 5/)],
      ]);
      const onDemand = { mixedInstancesPolicy: { instances: ["m5.xlarge"], onDemandAboveBase: 100 } };
      expect(findings(await account.look({ mirror: shapeWith({ ...groups, ...onDemand }) }))).toEqual([]);
    });

    test("VPCs, which come with as many internet gateways; an existing VPC needs none", async () => {
      for (let i = 0; i < 4; i++) await account.aVpc(`10.${i}.0.0/16`);
      expect(findings(await account.look())).toEqual([
        ["quotas", "error", expect.stringContaining('needs 1 VPC, and the quota "VPCs per Region" leaves 0')],
      ]);
    });

    test("gp3 storage", async () => {
      for (let i = 0; i < 4; i++) {
        const create = new CreateVolumeCommand({ AvailabilityZone: "us-east-1a", Size: 16_384, VolumeType: "gp3" });
        const { VolumeId } = await account.emulator.clients.ec2.send(create);
        account.undo.push(() => account.emulator.clients.ec2.send(new DeleteVolumeCommand({ VolumeId })));
      }
      expect(findings(await account.look())).toEqual([
        ["quotas", "error", expect.stringMatching(/TiB.*gp3.*leaves 0/)],
      ]);
    });

    test("Elastic IPs and NAT gateways of a mirror with private subnets", async () => {
      const { ec2 } = account.emulator.clients;
      const SubnetId = await account.aSubnet(await account.aVpc("10.9.0.0/16"), "10.9.0.0/24");
      for (let i = 0; i < 5; i++) {
        const { AllocationId } = await ec2.send(new AllocateAddressCommand({}));
        account.undo.push(() => ec2.send(new ReleaseAddressCommand({ AllocationId })));
        const { NatGateway } = await ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId }));
        account.undo.push(() => ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: NatGateway?.NatGatewayId })));
      }
      const { mirror: shape } = mirror({});
      const seen = await account.look({
        mirror: { ...shape, natGateways: 1 },
        network: { id: "vpc-1", cidr: "172.20.0.0/16" },
      });
      expect(findings(seen).filter(([name]) => name === "quotas")).toEqual([
        ["quotas", "error", expect.stringContaining('"EC2-VPC Elastic IPs" leaves 0')],
        ["quotas", "error", expect.stringContaining('"NAT gateways per Availability Zone" leaves 0')],
      ]);
    });
  });
