import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ensurePlugins, ensureTools } from "../tools/index.ts";
import type { LabConfig } from "./config.ts";

/** The programs that a lab runs and offers. */
export type LabTools = Pick<LabConfig, "binDir" | "python" | "programs" | "officialPlugins">;

/** Finds the programs of a lab, and installs what is missing; the first time that can take long. */
export async function prepareTools(dir: string, progress: (line: string) => void): Promise<LabTools> {
  const tools = await ensureTools({ progress });
  const pulumiHome = join(dir, "pulumi-home");
  mkdirSync(pulumiHome, { recursive: true, mode: 0o700 });
  const plugins = await ensurePlugins(tools, { pulumiHome, progress });
  progress(`pulumi plugins: ${plugins.official ? "" : "the lab's own, for "}${plugins.reason}`);
  const { etcd, "kube-apiserver": apiServer } = tools.paths;
  return {
    binDir: tools.binDir,
    python: tools.python,
    programs: {
      etcd,
      "kube-apiserver": apiServer,
      "kube-controller-manager": tools.paths["kube-controller-manager"],
      "kube-scheduler": tools.paths["kube-scheduler"],
    },
    officialPlugins: plugins.official,
  };
}
