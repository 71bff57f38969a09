import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import semver from "semver";
import { parse, stringify } from "yaml";
import { amisFromChannel } from "../../../lab/aws/channel.ts";

const text = readFileSync(new URL("../../../lab/aws/channel.yaml", import.meta.url), "utf8");
interface Channel {
  spec: {
    images: { name: string; architectureID: string; kubernetesVersion: string }[];
    kubernetesVersions: { range: string; recommendedVersion: string; requiredVersion: string }[];
    kopsVersions: { range: string; recommendedVersion: string; kubernetesVersion: string }[];
  };
}
const { spec } = parse(text) as Channel;

describe("the lab's channel", () => {
  test.each(["1.31.14", "1.32.0", "1.33.7", "1.34.3", "1.35.0", "1.35.4"])(
    "has one image for each architecture of Kubernetes %s, and a recommended version",
    (version) => {
      const images = spec.images.filter((image) => semver.satisfies(version, image.kubernetesVersion));
      expect(images.map((image) => image.architectureID).sort()).toEqual(["amd64", "arm64"]);
      const minor = spec.kubernetesVersions.find(({ range }) => semver.satisfies(version, range));
      expect(semver.minor(minor?.recommendedVersion ?? "0.0.0")).toBe(semver.minor(version));
    },
  );

  test("recommends the kops that it was made for", () => {
    expect(spec.kopsVersions.map(({ recommendedVersion }) => recommendedVersion)).toEqual(["1.35.0"]);
  });

  test("gives an AMI for each image, as its owner made it", () => {
    const amis = amisFromChannel(text);
    expect(amis.map((ami) => `${ami.owner_id}/${ami.name}`)).toEqual(spec.images.map((image) => image.name));
    expect(amis[2]).toMatchObject({
      name: "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20251212",
      owner_id: "099720109477",
      architecture: "x86_64",
      root_device_name: "/dev/sda1",
      virtualization_type: "hvm",
      creation_date: "2025-12-12T00:00:00.000Z",
    });
    expect(amis[3]?.architecture).toBe("arm64");
  });
});

const image = fc.record({
  name: fc
    .tuple(fc.stringMatching(/^\d{12}$/), fc.stringMatching(/^[a-z][a-z0-9./-]{0,40}$/))
    .map((parts) => parts.join("/")),
  providerID: fc.constantFrom("aws", "gce"),
  architectureID: fc.constantFrom("amd64", "arm64"),
});
const channelOf = (images: unknown): string => stringify({ spec: { images } });

test("every AWS image of any channel becomes one AMI whose id depends on nothing but its name", () => {
  fc.assert(
    fc.property(fc.uniqueArray(image, { selector: ({ name }) => name }), (images) => {
      const amis = amisFromChannel(channelOf(images));
      const aws = images.filter((each) => each.providerID === "aws");
      expect(amis.map((ami) => `${ami.owner_id}/${ami.name}`)).toEqual(aws.map((each) => each.name));
      for (const { ami_id } of amis) expect(ami_id).toMatch(/^ami-[0-9a-f]{17}$/);
      expect(new Set(amis.map((ami) => ami.ami_id)).size).toBe(aws.length);
      const reversed = amisFromChannel(channelOf([...images].reverse()));
      expect(reversed.map((ami) => ami.ami_id).sort()).toEqual(amis.map((ami) => ami.ami_id).sort());
    }),
  );
});

test.each(["ubuntu", "ubuntu/noble", "/noble"])(
  "an image without an account, %s, is an error that names it",
  (name) => {
    const channel = channelOf([{ name, providerID: "aws", architectureID: "amd64" }]);
    expect(() => amisFromChannel(channel)).toThrow(`image ${name} in the kops channel`);
  },
);
