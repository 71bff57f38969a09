import { DescribeInstanceTypesCommand, EC2Client, type _InstanceType } from "@aws-sdk/client-ec2";
import { emulatorClient } from "./instances.ts";

export interface Machine {
  readonly cpus: number;
  readonly memoryMiB: number;
}

/** What an instance type offers; tests put their own in its place. */
export type MachineTypes = (type: string) => Promise<Machine>;

/** Asks EC2 once for each type. */
export function ec2MachineTypes(endpoint: string, region: string): MachineTypes {
  const known = new Map<string, Machine>();
  return async (type) => {
    const cached = known.get(type);
    if (cached !== undefined) return cached;
    const ec2 = new EC2Client(emulatorClient(endpoint, region));
    try {
      const answer = await ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: [type as _InstanceType] }));
      const found = answer.InstanceTypes?.[0];
      const cpus = found?.VCpuInfo?.DefaultVCpus;
      const memoryMiB = found?.MemoryInfo?.SizeInMiB;
      if (cpus === undefined || memoryMiB === undefined) throw new Error(`EC2 does not know instance type ${type}`);
      known.set(type, { cpus, memoryMiB });
      return { cpus, memoryMiB };
    } finally {
      ec2.destroy();
    }
  };
}
