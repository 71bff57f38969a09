import { describe, expect, test } from "@jest/globals";
import {
  CreateEgressOnlyInternetGatewayCommand,
  CreateVpcCommand,
  DeleteEgressOnlyInternetGatewayCommand,
  DeleteVpcCommand,
} from "@aws-sdk/client-ec2";
import { present } from "../../aws/world.ts";
import { account, findings, mirror } from "../account.ts";

export const networkCases = (): void =>
  describe("an existing VPC", () => {
    test("that is not there", async () => {
      const seen = await account.look({ network: { id: "vpc-0123456789abcdef0", cidr: "172.20.0.0/16" } });
      expect(findings(seen)).toEqual([["addresses", "error", expect.stringContaining("no VPC vpc-0123456789abcdef0")]]);
    });

    test("with other subnets in the way; with room; with too few addresses in a subnet that is given", async () => {
      const id = await account.aVpc("172.20.0.0/16");
      const network = { id, cidr: "172.20.0.0/16" };
      expect(findings(await account.look({ network }))).toEqual([]);
      const subnet = await account.aSubnet(id, "172.20.64.0/28");
      expect(findings(await account.look({ network }))).toEqual([
        ["addresses", "error", expect.stringContaining(`overlaps subnets that are there.\n${subnet}: 172.20.64.0/28`)],
      ]);
      const { mirror: shape } = mirror({});
      const groups = shape.groups.map((group) => ({ ...group, zones: ["us-east-1a"], size: 9 }));
      const given = { ...shape, groups, subnets: [{ zone: "us-east-1a", id: subnet, type: "Public" }] };
      expect(findings(await account.look({ network, mirror: given }))).toEqual([
        ["addresses", "error", expect.stringMatching(/has 11 free addresses, and the mirror needs 29 in us-east-1a/)],
      ]);
    });

    test("without what a mirror with IPv6 needs, and with it", async () => {
      const subnet = { zone: "us-east-1a", type: "Private", ipv6CIDR: "/64#0" };
      const six = async (id: string) =>
        findings(
          await account.look({
            network: { id, cidr: "172.20.0.0/16" },
            mirror: { ...mirror({}).mirror, subnets: [subnet] },
          }),
        );
      expect(await six(await account.aVpc("172.20.0.0/16"))).toEqual([
        ["addresses", "error", expect.stringContaining("has no IPv6 range")],
        ["addresses", "error", expect.stringContaining("egress-only internet gateway, and vpc-")],
      ]);
      const { ec2 } = account.emulator.clients;
      const create = new CreateVpcCommand({ CidrBlock: "172.20.0.0/16", AmazonProvidedIpv6CidrBlock: true });
      const VpcId = present((await ec2.send(create)).Vpc?.VpcId, "VpcId");
      account.undo.push(() => ec2.send(new DeleteVpcCommand({ VpcId })));
      const { EgressOnlyInternetGateway: gateway } = await ec2.send(
        new CreateEgressOnlyInternetGatewayCommand({ VpcId }),
      );
      const { EgressOnlyInternetGatewayId } = present(gateway, "a gateway");
      account.undo.push(() => ec2.send(new DeleteEgressOnlyInternetGatewayCommand({ EgressOnlyInternetGatewayId })));
      expect(await six(VpcId)).toEqual([]);
      const other = new CreateEgressOnlyInternetGatewayCommand({ VpcId: await account.aVpc("172.21.0.0/16") });
      const { EgressOnlyInternetGateway: second } = await ec2.send(other);
      account.undo.push(() =>
        ec2.send(
          new DeleteEgressOnlyInternetGatewayCommand({
            EgressOnlyInternetGatewayId: second?.EgressOnlyInternetGatewayId,
          }),
        ),
      );
      expect(await six(VpcId)).toEqual([
        ["addresses", "error", expect.stringContaining("The region has 2 egress-only internet gateways")],
      ]);
    });
  });
