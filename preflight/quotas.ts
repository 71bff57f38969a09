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

const vcpuQuota = (code: string, families: string): Quota => ({
  code,
  service: "ec2",
  name: `Running On-Demand ${families} instances`,
  unit: "vCPU",
});
const standard = vcpuQuota("L-1216C47A", "Standard (A, C, D, H, I, M, R, T, Z)");

/** By the letters that an instance type begins with; the longest that fits counts. */
const byFamily: readonly (readonly [RegExp, Quota])[] = [
  [/^(g|vt)\d/, vcpuQuota("L-DB2E81BA", "G and VT")],
  [/^p\d/, vcpuQuota("L-417A185B", "P")],
  [/^f\d/, vcpuQuota("L-74FC7D96", "F")],
  [/^inf\d/, vcpuQuota("L-1945791B", "Inf")],
  [/^trn\d/, vcpuQuota("L-2C3B7624", "Trn")],
  [/^dl\d/, vcpuQuota("L-6E869C2A", "DL")],
  [/^hpc\d/, vcpuQuota("L-F7808C92", "HPC")],
  [/^u-/, vcpuQuota("L-43DA4232", "High Memory")],
  [/^x\d/, vcpuQuota("L-7295265B", "X")],
  [/^([acdhimrtz]|im|is)\d/, standard],
];

/** The quota that counts an instance type's vCPUs; undefined for a family that this table does not know. */
export function vcpuQuotaOf(instanceType: string): Quota | undefined {
  return byFamily.find(([pattern]) => pattern.test(instanceType))?.[1];
}
