import { paginateDescribeImages, type DescribeImagesCommandInput } from "@aws-sdk/client-ec2";
import { unknown, type Fact } from "../../preflight/fact.ts";
import type { Image } from "../../preflight/facts.ts";
import { ask, collect } from "./ask.ts";
import type { Clients } from "./clients.ts";

/** kops' names for owners of images: `resolveImage` of kops 1.35, upup/pkg/fi/cloudup/awsup/aws_cloud.go. */
const owners: Readonly<Record<string, string>> = {
  amazon: "137112412989",
  "amazon.com": "137112412989",
  debian10: "136693071363",
  debian11: "136693071363",
  debian: "136693071363",
  flatcar: "075585003325",
  redhat: "309956199498",
  "redhat.com": "309956199498",
  ubuntu: "099720109477",
  rocky: "792107900819",
  rockylinux: "792107900819",
};

/** How kops looks an image up: by id, or by owner and name; undefined for the name of an SSM parameter. */
export function imageQuery(name: string): DescribeImagesCommandInput | undefined {
  if (name.startsWith("ssm:")) return undefined;
  if (name.startsWith("ami-")) return { ImageIds: [name] };
  const [owner, ...rest] = name.split("/");
  const byName = (Values: string[]) => ({ Filters: [{ Name: "name", Values }] });
  if (owner === undefined || rest.length === 0) return { Owners: ["self"], ...byName([name]) };
  return { Owners: [owners[owner] ?? owner], ...byName([rest.join("/")]) };
}

/** The images that these names stand for, each the newest as kops takes it. */
export async function images(
  { ec2 }: Clients,
  names: readonly string[],
): Promise<Map<string, Fact<Image | undefined>>> {
  return new Map(await Promise.all(names.map(async (name) => [name, await image(ec2, name)] as const)));
}

async function image(ec2: Clients["ec2"], name: string): Promise<Fact<Image | undefined>> {
  const query = imageQuery(name);
  if (query === undefined)
    return unknown(
      `${name} is the name of an SSM parameter, which preflight does not look up`,
      "name the image itself",
    );
  return ask("ec2:DescribeImages", async (options) => {
    try {
      const found = await collect(paginateDescribeImages({ client: ec2 }, query, options), (page) => page.Images);
      const [newest] = found.sort((a, b) => ((a.CreationDate ?? "") < (b.CreationDate ?? "") ? 1 : -1));
      if (newest === undefined) return undefined;
      const { Architecture = "unknown", State = "unknown", EnaSupport = false } = newest;
      return { architecture: Architecture, state: State, ena: EnaSupport };
    } catch (error) {
      if (/^InvalidAMIID\./.test((error as { name?: string }).name ?? "")) return undefined;
      throw error;
    }
  });
}
