import { jest } from "@jest/globals";
import { Disk } from "./disk.ts";
import { Life } from "./life.ts";

export const life = new Life();
export const disk = new Disk(life);

/** The step machine as it is, on a disk that it can die on. */
export async function loadMachine() {
  const { fs, promises } = disk.modules();
  jest.unstable_mockModule("node:fs", () => fs);
  jest.unstable_mockModule("node:fs/promises", () => promises);
  const { runStep } = await import("../../../../rehearsal/step-runner.ts");
  const { own } = await import("../../../../rehearsal/steps/own.ts");
  const { abandonUpgrade } = await import("../../../../rehearsal/abandon.ts");
  const { LineFile, writeJson } = await import("../../../../rehearsal/files.ts");
  const { rm } = await import("node:fs/promises");
  return { runStep, own, abandonUpgrade, LineFile, writeJson, rm };
}
export type Machine = Awaited<ReturnType<typeof loadMachine>>;
