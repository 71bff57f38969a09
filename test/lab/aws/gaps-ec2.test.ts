import { createHash, generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  AllocateAddressCommand,
  AssociateDhcpOptionsCommand,
  AssociateRouteTableCommand,
  CreateDhcpOptionsCommand,
  CreateNatGatewayCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteDhcpOptionsCommand,
  DeleteKeyPairCommand,
  DeleteNatGatewayCommand,
  DeleteRouteTableCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeAddressesCommand,
  DescribeDhcpOptionsCommand,
  DescribeInstanceTypesCommand,
  DescribeKeyPairsCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeReservedInstancesOfferingsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVolumesCommand,
  ImportKeyPairCommand,
  ModifySubnetAttributeCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
  CreateEgressOnlyInternetGatewayCommand,
  DescribeEgressOnlyInternetGatewaysCommand,
  DescribeVpcsCommand,
} from "@aws-sdk/client-ec2";
import { startEmulator, type Clients, type Emulator } from "./emulator.ts";
import { createWorld, describe, present, templateData, type World } from "./world.ts";

let emulator: Emulator;
let ec2: Clients["ec2"];
let world: World;
beforeAll(async () => {
  emulator = await startEmulator();
  ec2 = emulator.clients.ec2;
  world = await createWorld(emulator.clients, "ec2");
});
afterAll(() => emulator.stop());

async function createVpc(): Promise<{ vpc: string; subnet: string }> {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.20.0.0/16" }));
  const vpc = present(Vpc?.VpcId, "VpcId");
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({ VpcId: vpc, CidrBlock: "10.20.1.0/24", AvailabilityZone: "us-east-1a" }),
  );
  return { vpc, subnet: present(Subnet?.SubnetId, "SubnetId") };
}

const interfacesIn = async (subnet: string): Promise<number> =>
  (await ec2.send(new DescribeNetworkInterfacesCommand({ Filters: [{ Name: "subnet-id", Values: [subnet] }] })))
    .NetworkInterfaces?.length ?? 0;

async function runInstance(subnet: string): Promise<string> {
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: world.image,
      InstanceType: "m5.large",
      BlockDeviceMappings: templateData(world).BlockDeviceMappings,
      SubnetId: subnet,
      MinCount: 1,
      MaxCount: 1,
    }),
  );
  return present(Instances[0]?.InstanceId, "InstanceId");
}

test("a terminated instance takes its volumes and network interface with it, and may be terminated again", async () => {
  const { subnet } = await createVpc();
  const volumes = async (): Promise<number> => (await ec2.send(new DescribeVolumesCommand({}))).Volumes?.length ?? 0;
  const before = await volumes();
  const instance = await runInstance(subnet);
  expect([await interfacesIn(subnet), await volumes()]).toEqual([1, before + 1]);
  for (let time = 0; time < 2; time++) {
    const { TerminatingInstances } = await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instance] }));
    expect(TerminatingInstances?.map((each) => each.InstanceId)).toEqual([instance]);
  }
  expect([await interfacesIn(subnet), await volumes()]).toEqual([0, before]);
  const [terminated] = await describe(emulator.clients, [instance]);
  expect(terminated?.State?.Name).toBe("terminated");
});

test("resource-based naming of a subnet is remembered, and names its instances", async () => {
  const { subnet } = await createVpc();
  const byAddress = await runInstance(subnet);
  for (const change of [
    { PrivateDnsHostnameTypeOnLaunch: "resource-name" as const },
    { EnableResourceNameDnsARecordOnLaunch: { Value: true } },
    { EnableResourceNameDnsAAAARecordOnLaunch: { Value: true } },
  ]) {
    await ec2.send(new ModifySubnetAttributeCommand({ SubnetId: subnet, ...change }));
  }
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [subnet] }));
  expect(Subnets[0]?.PrivateDnsNameOptionsOnLaunch).toEqual({
    HostnameType: "resource-name",
    EnableResourceNameDnsARecord: true,
    EnableResourceNameDnsAAAARecord: true,
  });
  const byName = await runInstance(subnet);
  const names = (await describe(emulator.clients, [byAddress, byName])).map((instance) => instance.PrivateDnsName);
  expect(names).toContain(`${byName}.ec2.internal`);
  expect(names).toContainEqual(expect.stringMatching(/^ip-10-20-1-\d+\.ec2\.internal$/));
});

/** What `ssh-keygen` writes for an ed25519 key, without its comment. */
function ed25519PublicKey(): { text: string; wire: Buffer } {
  const raw = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  const field = (data: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, data]);
  };
  const wire = Buffer.concat([field(Buffer.from("ssh-ed25519")), field(raw)]);
  return { text: `ssh-ed25519 ${wire.toString("base64")}`, wire };
}

test("an imported ed25519 key has OpenSSH's fingerprint, and is deleted by its id", async () => {
  const { text, wire } = ed25519PublicKey();
  const imported = await ec2.send(
    new ImportKeyPairCommand({ KeyName: "ed25519", PublicKeyMaterial: Buffer.from(text) }),
  );
  expect(imported.KeyFingerprint).toBe(createHash("sha256").update(wire).digest("base64"));
  await ec2.send(new DeleteKeyPairCommand({ KeyPairId: present(imported.KeyPairId, "KeyPairId") }));
  const { KeyPairs = [] } = await ec2.send(new DescribeKeyPairsCommand({}));
  expect(KeyPairs.map((pair) => pair.KeyName)).not.toContain("ed25519");
});

test("a route table can be deleted when its subnets are gone", async () => {
  const { vpc, subnet } = await createVpc();
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId: vpc }));
  const RouteTableId = present(RouteTable?.RouteTableId, "RouteTableId");
  await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId: subnet }));
  await expect(ec2.send(new DeleteRouteTableCommand({ RouteTableId }))).rejects.toMatchObject({
    name: "DependencyViolation",
  });
  await ec2.send(new DeleteSubnetCommand({ SubnetId: subnet }));
  await ec2.send(new DeleteRouteTableCommand({ RouteTableId }));
});

test("DHCP options have the tags that they are made with, and egress-only gateways are found by theirs alone", async () => {
  const Tags = [{ Key: "KubernetesCluster", Value: "six" }];
  const options = await ec2.send(
    new CreateDhcpOptionsCommand({
      DhcpConfigurations: [{ Key: "domain-name", Values: ["ec2.internal"] }],
      TagSpecifications: [{ ResourceType: "dhcp-options", Tags }],
    }),
  );
  const DhcpOptionsId = present(options.DhcpOptions?.DhcpOptionsId, "DhcpOptionsId");
  const found = await ec2.send(new DescribeDhcpOptionsCommand({ DhcpOptionsIds: [DhcpOptionsId] }));
  expect(found.DhcpOptions?.[0]?.Tags).toEqual(Tags);
  const { vpc } = await createVpc();
  const ids: (string | undefined)[] = [];
  for (const tags of [[], Tags]) {
    const TagSpecifications = [{ ResourceType: "egress-only-internet-gateway" as const, Tags: tags }];
    const made = await ec2.send(new CreateEgressOnlyInternetGatewayCommand({ VpcId: vpc, TagSpecifications }));
    ids.push(made.EgressOnlyInternetGateway?.EgressOnlyInternetGatewayId);
  }
  const gateways = async (Name: string, value: string) =>
    (
      await ec2.send(new DescribeEgressOnlyInternetGatewaysCommand({ Filters: [{ Name, Values: [value] }] }))
    ).EgressOnlyInternetGateways?.map(({ EgressOnlyInternetGatewayId }) => EgressOnlyInternetGatewayId);
  expect(await gateways("tag:KubernetesCluster", "six")).toEqual(ids.slice(1));
  expect(await gateways("attachment.vpc-id", "vpc-0123456789abcdef0")).toEqual(ids);
});

test("a subnet without IPv4 has no addresses to count, and instances all the same", async () => {
  const { Vpc } = await ec2.send(
    new CreateVpcCommand({ CidrBlock: "10.66.0.0/16", AmazonProvidedIpv6CidrBlock: true }),
  );
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [present(Vpc?.VpcId, "VpcId")] }));
  const range = present(Vpcs?.[0]?.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock, "Ipv6CidrBlock");
  const create = { VpcId: Vpc?.VpcId, Ipv6CidrBlock: range.replace("/56", "/64"), Ipv6Native: true };
  const { Subnet } = await ec2.send(new CreateSubnetCommand(create));
  expect(Subnet?.AvailableIpAddressCount).toBe(0);
  expect(await runInstance(present(Subnet?.SubnetId, "SubnetId"))).toMatch(/^i-/);
});

test("a deleted VPC takes its network ACLs with it and leaves its DHCP options", async () => {
  const { vpc, subnet } = await createVpc();
  const created = await ec2.send(
    new CreateDhcpOptionsCommand({ DhcpConfigurations: [{ Key: "domain-name", Values: ["ec2.internal"] }] }),
  );
  const DhcpOptionsId = present(created.DhcpOptions?.DhcpOptionsId, "DhcpOptionsId");
  await ec2.send(new AssociateDhcpOptionsCommand({ DhcpOptionsId, VpcId: vpc }));
  await expect(ec2.send(new DeleteVpcCommand({ VpcId: vpc }))).rejects.toMatchObject({ name: "DependencyViolation" });
  await expect(ec2.send(new DeleteDhcpOptionsCommand({ DhcpOptionsId }))).rejects.toMatchObject({
    name: "DependencyViolation",
  });
  await ec2.send(new DeleteSubnetCommand({ SubnetId: subnet }));
  await ec2.send(new DeleteVpcCommand({ VpcId: vpc }));
  const { NetworkAcls = [] } = await ec2.send(new DescribeNetworkAclsCommand({}));
  expect(NetworkAcls.map((acl) => acl.VpcId)).not.toContain(vpc);
  const { DhcpOptions = [] } = await ec2.send(new DescribeDhcpOptionsCommand({ DhcpOptionsIds: [DhcpOptionsId] }));
  expect(DhcpOptions).toHaveLength(1);
  await ec2.send(new DeleteDhcpOptionsCommand({ DhcpOptionsId }));
});

test("a deleted NAT gateway takes its network interface with it and gives its address back", async () => {
  const { subnet } = await createVpc();
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
  const { NatGateway } = await ec2.send(new CreateNatGatewayCommand({ SubnetId: subnet, AllocationId }));
  expect(await interfacesIn(subnet)).toBe(1);
  await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: present(NatGateway?.NatGatewayId, "NatGatewayId") }));
  expect(await interfacesIn(subnet)).toBe(0);
  const { Addresses = [] } = await ec2.send(
    new DescribeAddressesCommand({ AllocationIds: [present(AllocationId, "AllocationId")] }),
  );
  expect(Addresses).toHaveLength(1);
  expect(Addresses[0]?.AssociationId).toBeFalsy();
});

test("reserved instances of a type are on offer in each zone that has it", async () => {
  const { ReservedInstancesOfferings = [] } = await ec2.send(
    new DescribeReservedInstancesOfferingsCommand({ InstanceType: "t3.medium" }),
  );
  expect(new Set(ReservedInstancesOfferings.map((offering) => offering.InstanceType))).toEqual(new Set(["t3.medium"]));
  expect(ReservedInstancesOfferings.map((offering) => offering.AvailabilityZone)).toEqual(
    expect.arrayContaining(["us-east-1a", "us-east-1b", "us-east-1c"]),
  );
});

test("instance types have the processors and memory that a node's capacity is taken from", async () => {
  const { InstanceTypes = [] } = await ec2.send(
    new DescribeInstanceTypesCommand({ InstanceTypes: ["m5.large", "m5.xlarge"] }),
  );
  const sizes = InstanceTypes.map((type) => [
    type.InstanceType,
    type.VCpuInfo?.DefaultVCpus,
    type.MemoryInfo?.SizeInMiB,
  ]);
  expect(sizes.sort()).toEqual([
    ["m5.large", 2, 8192],
    ["m5.xlarge", 4, 16384],
  ]);
});

test("tags go with their resources, and their types are named as AWS names them", async () => {
  const { subnet } = await createVpc();
  const mark = { Key: "whose", Value: "mine" };
  const tagged = <T extends string>(ResourceType: T) => [{ ResourceType, Tags: [mark] }];
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ TagSpecifications: tagged("elastic-ip") }));
  const { NatGateway } = await ec2.send(
    new CreateNatGatewayCommand({ SubnetId: subnet, AllocationId, TagSpecifications: tagged("natgateway") }),
  );
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.21.0.0/16", TagSpecifications: tagged("vpc") }));
  const types = async (): Promise<unknown[]> => {
    const { Tags = [] } = await ec2.send(new DescribeTagsCommand({ Filters: [{ Name: "key", Values: ["whose"] }] }));
    return Tags.map(({ ResourceType, ResourceId }) => [ResourceType, ResourceId]).sort();
  };
  const address = ["elastic-ip", AllocationId];
  const gateway = ["natgateway", NatGateway?.NatGatewayId];
  expect(await types()).toEqual([address, gateway, ["vpc", Vpc?.VpcId]]);
  await ec2.send(new DeleteVpcCommand({ VpcId: Vpc?.VpcId }));
  expect(await types()).toEqual([address, gateway]);
});
