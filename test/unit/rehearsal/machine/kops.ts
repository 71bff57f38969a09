import { KopsError } from "../../../../kops/errors.ts";
import { NoCapacity } from "../../../../rehearsal/watch/launch-failures.ts";
import { join } from "node:path";
import type { RehearsalConfig } from "../../../../rehearsal/config.ts";
import type { KopsCall } from "../../../../rehearsal/kops.ts";
import type { Run, Runs } from "../../../../rehearsal/run.ts";
import { Broken, needs } from "./broken.ts";
import { disk, life, stage, trouble } from "./stage.ts";
import { roles, type Role } from "./world.ts";

const header = "NAME\tSTATUS\tNEEDUPDATE\tREADY\tMIN\tTARGET\tMAX";

/** kops, as far as the steps call it: what it is told it does to the world, and prints in its own words. */
export class Kops {
  readonly call: object;

  constructor(
    { clusterName, stateStore }: RehearsalConfig,
    private readonly run: Run,
    readonly kubeconfig: string,
  ) {
    this.call = { clusterName, stateStore };
  }

  async exec(args: readonly string[], call: Partial<KopsCall>): Promise<{ stdout: string; stderr: string }> {
    await Promise.resolve();
    life.alive();
    trouble.call();
    const stdout = answer(args, call);
    trouble.call();
    return { stdout, stderr: "" };
  }

  logFile(name: string): string {
    return this.run.path("logs", `kops-${name}.log`);
  }
}

export const kubeconfigPath = (runs: Runs): string => join(runs.dir, "kubeconfig");

function answer(args: readonly string[], { onLine, signal }: Partial<KopsCall>): string {
  const { world } = stage;
  const [command = "", what = ""] = args;
  const which = option(args, "--instance-group-roles")?.split(",");
  const asked = roles.filter((role) => which === undefined || which.includes(role));
  const yes = args.includes("--yes");
  if (command === "replace") {
    const text = disk.text(args[args.indexOf("--filename") + 1] ?? "");
    world.replace(/kubernetesVersion: (\S+)/.exec(text ?? "")?.[1] ?? "");
    return "";
  }
  if (world.version === undefined && command !== "delete") throw new KopsError("cluster-not-found", "no such cluster");
  switch (`${command} ${what}${yes ? " --yes" : ""}`) {
    case "get clusters":
      return JSON.stringify({ spec: { kubernetesVersion: world.version } });
    case "get all":
      return `kind: Cluster\nspec:\n  kubernetesVersion: ${world.version ?? ""}\n`;
    case "validate cluster":
      return validation();
    case "export kubeconfig":
      needs(world.isWhole(), "a kubeconfig of half a cluster");
      life.effect();
      disk.put(option(args, "--kubeconfig") ?? "", "whole");
      return "";
    case "update cluster":
      return world.pending().length === 0
        ? "No changes need to be applied\n"
        : `Will modify resources:\n${world
            .pending()
            .map((role) => `  LaunchTemplate/${role}\n`)
            .join("")}`;
    case "update cluster --yes":
      world.update(asked);
      return "";
    case "rolling-update cluster":
      return [header, ...asked.map((role) => `${role}\tReady\t${world.stale(role)}\t1\t1\t1\t1`), ""].join("\n");
    case "rolling-update cluster --yes":
      roll(asked, args.includes("--force"), (line) => onLine?.(line, "stderr"), signal);
      return "";
    case "delete cluster --yes":
      world.remove();
      return "";
    default:
      throw new Broken(`kops ${args.join(" ")}`);
  }
}

function roll(which: Role[], force: boolean, tell: (line: string) => void, signal: AbortSignal | undefined): void {
  const { world } = stage;
  world.roll({
    roles: which,
    force,
    tell,
    next: () => {
      if (signal?.aborted === true) throw signal.reason;
      trouble.node(NoCapacity);
      const { version, nodes = Infinity } = stage.enough ?? {};
      if (version === world.version) needs(world.replacedBy(version ?? "") < nodes, `rolled on after ${nodes} nodes`);
    },
  });
  if (signal?.aborted === true) throw signal.reason;
}

function validation(): string {
  const { world } = stage;
  world.scale();
  const nodes = [...world.nodes].map(([name, { role }]) => ({ name, role, status: "True" }));
  return JSON.stringify({ nodes, failures: world.isWhole() ? [] : [{ type: "InstanceGroup", name: "nodes" }] });
}

const option = (args: readonly string[], name: string): string | undefined =>
  args.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
