/** A limit that AWS sets, by Service Quotas. */
export interface Quota {
  readonly code: string;
  readonly service: "ec2" | "ebs" | "vpc" | "elasticloadbalancing";
  readonly name: string;
  readonly unit: string;
}

/** What a mirror can run into, besides vCPUs. */
export const quotas = {
  gp3: { code: "L-7A658B76", service: "ebs", name: "Storage for General Purpose SSD (gp3) volumes", unit: "TiB" },
  addresses: { code: "L-0263D0A3", service: "ec2", name: "EC2-VPC Elastic IPs", unit: "address" },
  vpcs: { code: "L-F678F1CE", service: "vpc", name: "VPCs per Region", unit: "VPC" },
  internetGateways: { code: "L-A4707A72", service: "vpc", name: "Internet gateways per Region", unit: "gateway" },
  natGateways: { code: "L-FE5A380F", service: "vpc", name: "NAT gateways per Availability Zone", unit: "gateway" },
  networkLoadBalancers: {
    code: "L-69A177A2",
    service: "elasticloadbalancing",
    name: "Network Load Balancers per Region",
    unit: "load balancer",
  },
} as const satisfies Record<string, Quota>;

/** What an instance is paid as; each market has quotas of its own. */
export type Market = "on-demand" | "spot";

/** The quotas of some families of instance types. */
interface Family {
  readonly pattern: RegExp;
  readonly quotas: Readonly<Partial<Record<Market, Quota>>>;
}

function family(pattern: RegExp, families: string, onDemand: string, spot?: string): Family {
  const quota = (code: string, name: string): Quota => ({ code, service: "ec2", name, unit: "vCPU" });
  return {
    pattern,
    quotas: {
      "on-demand": quota(onDemand, `Running On-Demand ${families} instances`),
      ...(spot === undefined ? {} : { spot: quota(spot, `All ${families} Spot Instance Requests`) }),
    },
  };
}

/**
 * By the letters that an instance type begins with; the longest that fits counts.
 * Source of the codes: the quotas of Amazon EC2 in the consoles' links of its user guide ("Spot Instance quotas").
 */
const byFamily: readonly Family[] = [
  family(/^(g|vt)\d/, "G and VT", "L-DB2E81BA", "L-3819A6DF"),
  family(/^p\d/, "P", "L-417A185B", "L-7212CCBC"),
  family(/^f\d/, "F", "L-74FC7D96", "L-88CF9481"),
  family(/^inf\d/, "Inf", "L-1945791B", "L-B5D1601B"),
  family(/^trn\d/, "Trn", "L-2C3B7624", "L-6B0D517C"),
  family(/^dl\d/, "DL", "L-6E869C2A", "L-85EED4F7"),
  family(/^hpc\d/, "HPC", "L-F7808C92"),
  family(/^u-/, "High Memory", "L-43DA4232"),
  family(/^x\d/, "X", "L-7295265B", "L-E3A00192"),
  family(/^([acdhimrtz]|im|is)\d/, "Standard (A, C, D, H, I, M, R, T, Z)", "L-1216C47A", "L-34B43A08"),
];

/** The quota that counts an instance type's vCPUs; undefined for a family or market that this table does not know. */
export function vcpuQuotaOf(instanceType: string, market: Market): Quota | undefined {
  return byFamily.find(({ pattern }) => pattern.test(instanceType))?.quotas[market];
}
