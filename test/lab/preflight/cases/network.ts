import { describe, expect, test } from "@jest/globals";
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
      const given = { ...shape, groups, subnets: [{ zone: "us-east-1a", id: subnet }] };
      expect(findings(await account.look({ network, mirror: given }))).toEqual([
        ["addresses", "error", expect.stringMatching(/has 11 free addresses, and the mirror needs 29 in us-east-1a/)],
      ]);
    });
  });
