import type { Facts, Image, InstanceType } from "../facts.ts";
import { Check, count, type CheckResult } from "../finding.ts";
import type { MirrorGroup } from "../mirror.ts";

/** Every instance type is offered in each zone of its group, and runs the image that the group asks for. */
export function instances({ intent, aws }: Facts): CheckResult {
  const check = new Check("instance-types", "instance types, images and zones");
  const { groups } = intent.mirror;
  const types = new Set(groups.flatMap(({ machineTypes }) => machineTypes));
  const zones = new Set(groups.flatMap((group) => group.zones));
  check.looked(`${count(types.size, "instance type")} in ${count(zones.size, "zone")}`);
  check.ask(aws.offerings, (offerings) => {
    for (const group of groups) judgeOfferings(check, group, offerings, intent.region);
  });
  for (const [name, fact] of aws.images) {
    check.ask(fact, (image) => {
      judgeImage(check, name, image, intent.region);
      check.ask(aws.instanceTypes, (known) => {
        for (const group of groups)
          if (group.image === name && image !== undefined) judgeFit(check, group, image, known);
      });
    });
  }
  if (groups.some(({ image }) => image === undefined))
    check.looked("groups without an image get the channel's for their architecture");
  return check.result();
}

function judgeOfferings(
  check: Check,
  { name, machineTypes, zones }: MirrorGroup,
  offerings: ReadonlyMap<string, readonly string[]>,
  region: string,
): void {
  for (const type of machineTypes) {
    const offered = offerings.get(type) ?? [];
    const missing = zones.filter((zone) => !offered.includes(zone));
    if (missing.length === 0) continue;
    check.find(
      "error",
      `${type} of group ${name} is not offered in ${missing.join(", ")}.`,
      [offered.length === 0 ? `not offered in ${region} at all` : `offered in ${[...offered].sort().join(", ")}`],
      "choose zones that have it, or another instance type",
    );
  }
}

function judgeImage(check: Check, name: string, image: Image | undefined, region: string): void {
  if (image === undefined)
    check.find(
      "error",
      `Image ${name} is not to be found in ${region}.`,
      [
        name.startsWith("ssm:")
          ? "there is no such parameter, or no image that the account may use has the id in it"
          : "DescribeImages has no image of this name or id that the account may use",
      ],
      "correct the setting image, or share the image with this account and region",
    );
  else if (image.state !== "available")
    check.find("error", `Image ${name} is not available.`, [`state: ${image.state}`], "choose another image");
}

function judgeFit(check: Check, group: MirrorGroup, image: Image, types: ReadonlyMap<string, InstanceType>): void {
  for (const name of group.machineTypes) {
    const type = types.get(name);
    if (type === undefined) continue; // Not offered, which has been said.
    if (!type.architectures.includes(image.architecture))
      check.find(
        "error",
        `Group ${group.name}: ${name} cannot run image ${group.image}.`,
        [`${name}: ${type.architectures.join(", ")}`, `image: ${image.architecture}`],
        "choose an image of the instance type's architecture",
      );
    if (type.enaRequired && !image.ena)
      check.find(
        "error",
        `Group ${group.name}: ${name} needs an image with ENA support, which ${group.image} lacks.`,
        [`${name}: ENA required`, "image: EnaSupport false"],
        "choose a newer image",
      );
  }
}
