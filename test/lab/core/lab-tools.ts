import type { LabTools } from "../../../lab/tools.ts";
import { findTools } from "../../../tools/index.ts";

/** The installed tools, with the lab's own plugins; fails with what to run when they are missing. */
export async function labTools(): Promise<LabTools> {
  const { binDir, python, paths } = await findTools();
  return { binDir, python, programs: paths, officialPlugins: false };
}
