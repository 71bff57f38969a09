import { createRequire } from "node:module";
import type { StepName } from "./config.ts";
import { run as runCommand } from "./exec.ts";
import { readIfThere, writeJson } from "./files.ts";
import { interrupted } from "./interrupt.ts";
import { k6Version } from "./load/start.ts";
import type { Run } from "./run.ts";

type Versions = Record<string, string>;
const { version: ownVersion } = createRequire(import.meta.url)("../package.json") as { version: string };

/**
 * Writes `tools.json`, for the report: what measures and upgrades before the first step that does, and the version that
 * the API server says it has, before the upgrade and after.
 *
 * @throws CommandError when kops or k6, without which there is no rehearsal, is not there
 */
export async function recordTools(step: StepName, run: Run, cluster: string, kubeconfig: string): Promise<void> {
  if (step !== "baseline" && step !== "upgrade" && step !== "verdict") return;
  const text = await readIfThere(run.path("tools.json"));
  const known: Versions = text === undefined ? await ownVersions(cluster) : (JSON.parse(text) as Versions);
  const name = `kube-apiserver, ${step === "verdict" ? "after" : "before"}`;
  if (text !== undefined && known[name] !== undefined) return;
  const server = await serverVersion(cluster, kubeconfig);
  await writeJson(run.path("tools.json"), { ...known, ...(server === undefined ? {} : { [name]: server }) });
}

/** @throws CommandError when there is no kops */
export async function kopsVersion(cluster: string): Promise<string> {
  return plain((await runCommand({ file: "kops", args: ["version", "--short"], cluster, timeLimitMs: 60_000 })).stdout);
}

async function ownVersions(cluster: string): Promise<Versions> {
  return {
    kops: await kopsVersion(cluster),
    k6: await k6Version(cluster),
    pulumi: await optional("pulumi", ["version"], cluster, plain),
    kubectl: await optional("kubectl", ["version", "--client", "--output=json"], cluster, (output) =>
      plain((JSON.parse(output) as { clientVersion: { gitVersion: string } }).clientVersion.gitVersion),
    ),
    node: process.version.slice(1),
    "kops-upgrade-rehearsal": ownVersion,
    "operating system": `${process.platform} ${process.arch}`,
  };
}

const plain = (version: string): string => version.trim().replace(/^v/, "");

/** The version of a program that only the person at the keyboard needs. */
async function optional(
  file: string,
  args: readonly string[],
  cluster: string,
  read: (output: string) => string,
): Promise<string> {
  try {
    return read((await runCommand({ file, args, cluster, timeLimitMs: 20_000 })).stdout);
  } catch {
    interrupted.throwIfAborted();
    return "not on PATH";
  }
}

/** What the API server says; undefined when it cannot be asked, which the steps themselves will tell. */
async function serverVersion(cluster: string, kubeconfig: string): Promise<string | undefined> {
  try {
    // Loaded here: it takes a second that most steps need for something else.
    const [{ VersionApi }, { Cluster }] = await Promise.all([
      import("@kubernetes/client-node"),
      import("./cluster.ts"),
    ]);
    const { kubeConfig } = new Cluster(cluster, kubeconfig);
    const late = new Promise<never>((_, reject) => setTimeout(reject, 10_000, new Error("no answer")).unref());
    return plain((await Promise.race([kubeConfig.makeApiClient(VersionApi).getCode(), late])).gitVersion);
  } catch {
    interrupted.throwIfAborted();
    return undefined;
  }
}
