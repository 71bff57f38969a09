import { readdir, readFile } from "node:fs/promises";
import { ownerVariable } from "../processes/guardian.ts";

/**
 * Memory of a lab in bytes: of every process that carries its mark, and of those in `also`. Memory that processes
 * share (programs, libraries) is counted once (the kernel's PSS). 0 on systems without /proc.
 */
export async function labMemory(owner: string, also: readonly number[]): Promise<number> {
  const entries = await readdir("/proc").catch(() => []);
  const sizes = await Promise.all(
    entries.filter((name) => /^\d+$/.test(name)).map((pid) => processMemory(Number(pid), owner, also)),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function processMemory(pid: number, owner: string, also: readonly number[]): Promise<number> {
  try {
    if (!also.includes(pid)) {
      const environment = await readFile(`/proc/${pid}/environ`, "latin1");
      if (!environment.split("\0").includes(`${ownerVariable}=${owner}`)) return 0;
    }
    const smaps = await readFile(`/proc/${pid}/smaps_rollup`, "latin1");
    return Number(/^Pss:\s+(\d+) kB/m.exec(smaps)?.[1] ?? 0) * 1024;
  } catch {
    return 0; // gone by now, or not ours to look into
  }
}
