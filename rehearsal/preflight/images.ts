import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { paginateDescribeImages, type DescribeImagesCommandInput } from "@aws-sdk/client-ec2";
import { known, type Fact } from "../../preflight/fact.ts";
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

/** How kops looks an image up that no SSM parameter names: by id, or by owner and name. */
export function imageQuery(name: string): DescribeImagesCommandInput {
  if (name.startsWith("ami-")) return { ImageIds: [name] };
  const [owner, ...rest] = name.split("/");
  const byName = (Values: string[]) => ({ Filters: [{ Name: "name", Values }] });
  if (owner === undefined || rest.length === 0) return { Owners: ["self"], ...byName([name]) };
  return { Owners: [owners[owner] ?? owner], ...byName([rest.join("/")]) };
}

/** The images that these names stand for, each the newest as kops takes it. */
export async function images(
  clients: Clients,
  names: readonly string[],
): Promise<Map<string, Fact<Image | undefined>>> {
  return new Map(await Promise.all(names.map(async (name) => [name, await image(clients, name)] as const)));
}

async function image({ ec2, ssm }: Clients, name: string): Promise<Fact<Image | undefined>> {
  if (!name.startsWith("ssm:")) return described(ec2, imageQuery(name));
  const id = await parameter(ssm, name.slice("ssm:".length));
  if (!id.known) return id;
  // A parameter holds the id of an image, and nothing else.
  return id.value === undefined ? known(undefined) : described(ec2, { ImageIds: [id.value] });
}

function described(ec2: Clients["ec2"], query: DescribeImagesCommandInput): Promise<Fact<Image | undefined>> {
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

/** What an SSM parameter says; undefined for one that is not there. */
function parameter(ssm: Clients["ssm"], Name: string): Promise<Fact<string | undefined>> {
  return ask("ssm:GetParameter", async (options) => {
    try {
      return (await ssm.send(new GetParameterCommand({ Name }), options)).Parameter?.Value;
    } catch (error) {
      if ((error as { name?: string }).name === "ParameterNotFound") return undefined;
      throw error;
    }
  });
}
