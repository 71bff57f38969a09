import { createHash } from "node:crypto";
import { z } from "zod";
import { parse } from "yaml";

const channelSchema = z.object({
  spec: z.object({
    images: z.array(z.object({ name: z.string(), providerID: z.string(), architectureID: z.string() })),
  }),
});

/** A machine image as moto reads it from the file that MOTO_AMIS_PATH names. */
export interface Ami {
  readonly ami_id: string;
  readonly name: string;
  readonly description: string;
  readonly owner_id: string;
  readonly public: boolean;
  readonly virtualization_type: string;
  readonly architecture: "x86_64" | "arm64";
  readonly state: string;
  readonly platform: null;
  readonly image_type: string;
  readonly hypervisor: string;
  readonly root_device_name: string;
  readonly root_device_type: string;
  readonly sriov: string;
  readonly creation_date: string;
}

/**
 * The AWS images that a kops channel names (`OWNER/NAME`), with ids made from their names, so that they are the same in
 * every lab. Throws when the text is not a channel or an image's name has no owner.
 */
export function amisFromChannel(channel: string): Ami[] {
  const { spec } = channelSchema.parse(parse(channel));
  return spec.images.filter((image) => image.providerID === "aws").map(toAmi);
}

function toAmi(image: { name: string; architectureID: string }): Ami {
  const slash = image.name.indexOf("/");
  const owner = image.name.slice(0, Math.max(slash, 0));
  if (!/^\d{12}$/.test(owner))
    throw new Error(`image ${image.name} in the kops channel: expected ACCOUNT/NAME with an account of 12 digits`);
  const name = image.name.slice(slash + 1);
  return {
    ami_id: `ami-${createHash("sha256").update(image.name).digest("hex").slice(0, 17)}`,
    name,
    description: name,
    owner_id: owner,
    public: true,
    virtualization_type: "hvm",
    architecture: image.architectureID === "arm64" ? "arm64" : "x86_64",
    state: "available",
    platform: null,
    image_type: "machine",
    hypervisor: "xen",
    root_device_name: "/dev/sda1",
    root_device_type: "ebs",
    sriov: "simple",
    creation_date: creationDate(name),
  };
}

/** The date at the end of an image's name (`-20251212`), as AWS writes it. */
function creationDate(name: string): string {
  const date = /(\d{4})(\d{2})(\d{2})$/.exec(name);
  return date ? `${date[1]}-${date[2]}-${date[3]}T00:00:00.000Z` : "2025-01-01T00:00:00.000Z";
}
