import { paginateDescribeInstanceTypeOfferings, paginateDescribeInstanceTypes } from "@aws-sdk/client-ec2";
import type { Fact } from "../../preflight/fact.ts";
import type { InstanceType } from "../../preflight/facts.ts";
import { ask, collect } from "./ask.ts";
import type { Clients } from "./clients.ts";

/** A filter takes this many values. */
const valuesOfFilter = 200;

/** Zones in which each of the types is offered; one that is offered nowhere is absent. */
export function offerings({ ec2 }: Clients, types: readonly string[]): Promise<Fact<Map<string, string[]>>> {
  return ask("ec2:DescribeInstanceTypeOfferings", async (options) => {
    const zones = new Map<string, string[]>();
    for (const Filters of filters("instance-type", types)) {
      const input = { LocationType: "availability-zone" as const, Filters };
      const pages = paginateDescribeInstanceTypeOfferings({ client: ec2 }, input, options);
      for (const { InstanceType = "", Location = "" } of await collect(pages, (page) => page.InstanceTypeOfferings))
        zones.set(InstanceType, [...(zones.get(InstanceType) ?? []), Location]);
    }
    return zones;
  });
}

/** What the types are; one that the region does not have is absent (asked by name, it would be an error). */
export function instanceTypes({ ec2 }: Clients, types: readonly string[]): Promise<Fact<Map<string, InstanceType>>> {
  return ask("ec2:DescribeInstanceTypes", async (options) => {
    const found = new Map<string, InstanceType>();
    for (const Filters of filters("instance-type", types)) {
      const pages = paginateDescribeInstanceTypes({ client: ec2 }, { Filters }, options);
      for (const type of await collect(pages, (page) => page.InstanceTypes))
        found.set(type.InstanceType ?? "", {
          architectures: type.ProcessorInfo?.SupportedArchitectures ?? [],
          vcpus: type.VCpuInfo?.DefaultVCpus ?? 0,
          enaRequired: type.NetworkInfo?.EnaSupport === "required",
        });
    }
    return found;
  });
}

/** As many lists of filters as the values need. */
export function filters(name: string, values: readonly string[]): { Name: string; Values: string[] }[][] {
  const lists: { Name: string; Values: string[] }[][] = [];
  for (let from = 0; from < values.length; from += valuesOfFilter)
    lists.push([{ Name: name, Values: values.slice(from, from + valuesOfFilter) }]);
  return lists;
}
