import { describe, expect, test } from "@jest/globals";
import { DescribeImagesCommand } from "@aws-sdk/client-ec2";
import { DeleteParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { present } from "../../aws/world.ts";
import { account, findings, mirror, unchecked } from "../account.ts";

export const imageCases = (): void =>
  describe("instance types and images", () => {
    test("a type that a zone does not offer", async () => {
      const seen = await account.look(mirror({ nodes: { size: "m5.xlarge", zones: ["us-east-1e"] } }));
      expect(findings(seen)).toEqual([
        [
          "instance-types",
          "error",
          expect.stringMatching(/m5\.xlarge .* not offered in us-east-1e.\noffered in us-east-1a/),
        ],
      ]);
    });

    test("an image of another architecture, by id and by name", async () => {
      const { Images = [] } = await account.emulator.clients.ec2.send(
        new DescribeImagesCommand({ Owners: ["099720109477"] }),
      );
      const arm = present(
        Images.find(({ Name }) => Name?.includes("noble") && Name.includes("arm64")),
        "an image",
      );
      for (const image of [present(arm.ImageId, "ImageId"), `ubuntu/${arm.Name}`, `099720109477/${arm.Name}`]) {
        const nodes = { size: "m5.xlarge", zones: ["us-east-1a"], image };
        expect(findings(await account.look(mirror({ nodes })))).toEqual([
          ["instance-types", "error", expect.stringMatching(/m5\.xlarge cannot run image .*\n.*x86_64\nimage: arm64/s)],
        ]);
        expect(findings(await account.look(mirror({ nodes: { ...nodes, size: "m6g.large" } })))).toEqual([]);
      }
    });

    test.each(["ami-00000000000000000", "099720109477/no-such-image", "no-such-image"])(
      "an image that is not there: %s",
      async (image) => {
        const seen = await account.look(mirror({ image }));
        expect(findings(seen)).toEqual([
          ["instance-types", "error", expect.stringContaining(`Image ${image} is not to be found`)],
        ]);
      },
    );

    test("an image that an SSM parameter names: of another architecture, without such an image, and not there", async () => {
      const { ec2, ssm } = account.emulator.clients;
      const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["099720109477"] }));
      const image = (architecture: string) => Images.find(({ Architecture }) => Architecture === architecture)?.ImageId;
      const name = (Name: string): Record<string, unknown> => ({
        nodes: { size: "m5.xlarge", zones: ["us-east-1a"], image: `ssm:${Name}` },
      });
      account.undo.push(() => ssm.send(new DeleteParameterCommand({ Name: "/shop/image" })));
      const say = (Value: string | undefined) =>
        ssm.send(new PutParameterCommand({ Name: "/shop/image", Type: "String", Overwrite: true, Value }));
      await say(image("x86_64"));
      const seen = await account.look(mirror(name("/shop/image")));
      expect([findings(seen), unchecked(seen)]).toEqual([[], []]);
      await say(image("arm64"));
      expect(findings(await account.look(mirror(name("/shop/image"))))).toEqual([
        [
          "instance-types",
          "error",
          expect.stringMatching(/m5\.xlarge cannot run image ssm:\/shop\/image.*\nimage: arm64/s),
        ],
      ]);
      await say("ami-00000000000000000");
      for (const parameter of ["/shop/image", "/shop/no-such"])
        expect(findings(await account.look(mirror(name(parameter))))).toEqual([
          ["instance-types", "error", expect.stringContaining(`Image ssm:${parameter} is not to be found`)],
        ]);
    });
  });
