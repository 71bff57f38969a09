import { z } from "zod";
import type { PriceList } from "./prices.ts";

/** A question to the AWS Price List Query API (GetProducts), all of whose answers are read. */
export interface PriceQuery {
  readonly serviceCode: string;
  /** Attributes that must have exactly these values. */
  readonly filters: Readonly<Record<string, string>>;
}

/** What has to be asked for one region's prices of everything that a mirror is made of. */
export function priceQueries(region: string): PriceQuery[] {
  const inRegion = { regionCode: region };
  return [
    {
      serviceCode: "AmazonEC2",
      filters: {
        ...inRegion,
        productFamily: "Compute Instance",
        operatingSystem: "Linux",
        preInstalledSw: "NA",
        tenancy: "Shared",
        capacitystatus: "Used",
        licenseModel: "No License required",
      },
    },
    { serviceCode: "AmazonEC2", filters: { ...inRegion, productFamily: "Storage" } },
    { serviceCode: "AmazonEC2", filters: { ...inRegion, productFamily: "NAT Gateway" } },
    { serviceCode: "AWSELB", filters: { ...inRegion, productFamily: "Load Balancer-Network" } },
    { serviceCode: "AWSELB", filters: { ...inRegion, productFamily: "Load Balancer" } },
    { serviceCode: "AmazonVPC", filters: { ...inRegion, group: "VPCPublicIPv4Address" } },
  ];
}

const productSchema = z.object({
  product: z.object({ productFamily: z.string().default(""), attributes: z.record(z.string(), z.string()) }),
  terms: z.object({
    OnDemand: z
      .record(
        z.string(),
        z.object({
          priceDimensions: z.record(
            z.string(),
            z.object({
              unit: z.string(),
              beginRange: z.string().optional(),
              pricePerUnit: z.record(z.string(), z.string()),
            }),
          ),
        }),
      )
      .optional(),
  }),
  publicationDate: z.string(),
});

type Product = z.infer<typeof productSchema>;

export const priceListSource = "AWS Price List Query API";

/**
 * One region's list from the answers to `priceQueries`; each is the JSON text of a product. Products that are of no
 * interest here (reservations, special editions, capacity units) are passed over; the date is that of the oldest
 * publication, so that no price seems newer than it is.
 *
 * @throws ZodError when an answer is not of the form that AWS documents; RangeError when none of them is of use
 */
export function readPriceList(region: string, answers: readonly string[]): PriceList {
  const prices: Record<string, number> = {};
  let date: string | undefined;
  for (const answer of answers) {
    const product = productSchema.parse(JSON.parse(answer));
    const item = itemOf(product);
    const usd = item === undefined ? undefined : onDemandUsd(product, item);
    if (item === undefined || usd === undefined) continue;
    // Where AWS lists several, as for an instance with and without a placement of its own, the dearer is the safe one.
    prices[item] = Math.max(prices[item] ?? 0, usd);
    const published = product.publicationDate.slice(0, 10);
    if (date === undefined || published < date) date = published;
  }
  if (date === undefined) throw new RangeError(`AWS listed no price of ${region} that is of use`);
  const sorted = Object.fromEntries(Object.entries(prices).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { source: priceListSource, date, region, prices: sorted };
}

/** Usage types have the region as a prefix, except in us-east-1: `EUW1-NatGateway-Hours`. */
const usage = (name: string): RegExp => new RegExp(`^([A-Z]{2,4}\\d*-)?${name}$`);
const natGateway = usage("NatGateway-Hours");
const loadBalancer = usage("LoadBalancerUsage");
const publicAddress = usage("PublicIPv4:InUseAddress");
const instance = usage("BoxUsage:.+");
const volume = usage("EBS:VolumeUsage(\\..+)?");

function itemOf({ product: { productFamily, attributes } }: Product): string | undefined {
  const { usagetype = "", instanceType, volumeApiName } = attributes;
  if (instance.test(usagetype) && instanceType !== undefined) return `instance/${instanceType}`;
  if (volume.test(usagetype) && volumeApiName !== undefined) return `volume/${volumeApiName}`;
  if (natGateway.test(usagetype)) return "nat-gateway";
  if (publicAddress.test(usagetype)) return "public-ipv4";
  if (!loadBalancer.test(usagetype)) return undefined;
  return productFamily === "Load Balancer-Network" ? "load-balancer/network" : "load-balancer/classic";
}

/** The price of the first unit, in USD; undefined when it is free, or paid in other units or money. */
function onDemandUsd({ terms }: Product, item: string): number | undefined {
  const unit = item.startsWith("volume/") ? "GB-Mo" : "Hrs";
  const dimensions = Object.values(terms.OnDemand ?? {}).flatMap((term) => Object.values(term.priceDimensions));
  const first = dimensions.find((dimension) => dimension.unit === unit && (dimension.beginRange ?? "0") === "0");
  const usd = Number(first?.pricePerUnit["USD"]);
  return usd > 0 ? usd : undefined;
}
