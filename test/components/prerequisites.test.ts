import { describe, expect, test } from "@jest/globals";
import { Prerequisites } from "../../components/prerequisites.ts";
import { record, valueOf } from "./recorder.ts";
import { exampleSettings } from "./settings.ts";

const create = (changes: Record<string, unknown> = {}, networkOfKops?: boolean) =>
  record(() => new Prerequisites("pre", { ...exampleSettings({ tags: { Owner: "me" }, ...changes }), networkOfKops }));

test("exactly these resources, each under its component", async () => {
  const { recorder } = await create();
  expect(recorder.registrations.map(({ name, parent }) => `${parent}/${name}`).sort()).toEqual(
    [
      "pre-dns/pre-dns-zone",
      "pre-network/pre-network-gateway",
      "pre-network/pre-network-vpc",
      "pre-state-store/pre-state-store-bucket",
      "pre-state-store/pre-state-store-encryption",
      "pre-state-store/pre-state-store-privacy",
      "pre-state-store/pre-state-store-tls-only",
      "pre-state-store/pre-state-store-versioning",
      "pre/pre-dns",
      "pre/pre-network",
      "pre/pre-state-store",
      "/pre",
    ].sort(),
  );
});

test("the state store is versioned, encrypted, private, reached over TLS only, and can be deleted", async () => {
  const { recorder, result } = await create();
  const inputs = (suffix: string) => recorder.named(`pre-state-store-${suffix}`).inputs;
  expect(inputs("bucket")).toMatchObject({ bucket: "example-store", forceDestroy: true, tags: { Owner: "me" } });
  expect(inputs("versioning")).toMatchObject({ versioningConfiguration: { status: "Enabled" } });
  expect(inputs("encryption")).toMatchObject({
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  });
  expect(inputs("privacy")).toMatchObject({
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  expect(JSON.parse(String(inputs("tls-only")["policy"]))).toMatchObject({
    Statement: [{ Effect: "Deny", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } }],
  });
  expect(await valueOf(result.stateStore)).toMatch(/^s3:\/\//);
});

describe("network", () => {
  test("an existing VPC is taken as it is", async () => {
    const { recorder, result } = await create({ network: { id: "vpc-12ab", cidr: "10.9.0.0/16" } });
    expect([...recorder.of("aws:ec2/vpc:Vpc"), ...recorder.of("aws:ec2/internetGateway:InternetGateway")]).toEqual([]);
    expect(await valueOf(result.networkId)).toBe("vpc-12ab");
    expect(recorder.named("pre-dns-zone").inputs).toMatchObject({ vpcs: [{ vpcId: "vpc-12ab" }] });
  });

  test("a new one has names, tags and a way out", async () => {
    const { recorder } = await create();
    expect(recorder.named("pre-network-vpc").inputs).toMatchObject({
      cidrBlock: "172.20.0.0/16",
      enableDnsHostnames: true,
      tags: { Owner: "me" },
    });
    expect(recorder.named("pre-network-gateway").inputs).toMatchObject({ vpcId: "pre-network-vpc-id" });
  });

  test("one that kops makes is no resource of Pulumi's; one that is given is taken all the same", async () => {
    const ofEc2 = ({ type }: { type: string }): boolean => type.startsWith("aws:ec2/");
    const made = await create({ dns: { mode: "none" } }, true);
    expect(made.recorder.registrations.filter(ofEc2)).toEqual([]);
    expect(await valueOf(made.result.networkId)).toBeUndefined();
    const given = await create({ network: { id: "vpc-12ab", cidr: "10.9.0.0/16" } }, true);
    expect(await valueOf(given.result.networkId)).toBe("vpc-12ab");
  });
});

describe("DNS", () => {
  const zones = "aws:route53/zone:Zone";
  const records = "aws:route53/record:Record";

  test("a new zone is delegated to by its parent", async () => {
    const dns = { mode: "new", zone: "k8s.example.com", parentZone: "example.com" };
    const { recorder, result } = await create({ dns });
    expect(recorder.of(zones).map(({ inputs }) => inputs["vpcs"])).toEqual([undefined]);
    expect(recorder.named("pre-dns-delegation").inputs).toMatchObject({
      zoneId: "ZPARENT",
      name: "k8s.example.com",
      type: "NS",
      records: ["ns1", "ns2"],
    });
    expect(await valueOf(result.nameServers)).toEqual(["ns1", "ns2"]);
  });

  test.each([
    [{ mode: "new", zone: "k8s.example.com" }, 1],
    [{ mode: "existing", zone: "k8s.example.com" }, 0],
    [{ mode: "none" }, 0],
  ])("%j makes %d zones and no delegation", async (dns, count) => {
    const { recorder } = await create({ dns });
    expect(recorder.of(zones)).toHaveLength(count);
    expect(recorder.of(records)).toEqual([]);
    expect(recorder.calls).toEqual([]);
  });
});
