import { spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { endWithUs, signalGroup } from "../interrupt.ts";
import { startCanary } from "./canary.ts";
import type { Generator, TakeLine } from "./generator.ts";
import { LinePipe } from "./line-pipe.ts";
import { k6Arguments, script } from "./plan.ts";

/** How long k6 may take to end once it was told to. */
const patienceMs = 20_000;

/**
 * One k6 (from PATH) on this machine, with a canary beside it. It ends with this process at the latest.
 *
 * @param cluster for error messages
 * @param note is told of k6's arguments and settings before it starts
 */
export async function startLocal(
  cluster: string,
  environment: (canaryUrl: string) => Record<string, string>,
  take: TakeLine,
  note: (args: readonly string[], env: Record<string, string>) => void,
): Promise<Generator> {
  const canary = await startCanary();
  const args = ["run", "--quiet", "--address", "", ...k6Arguments, script];
  const env = environment(canary.url);
  note(args, env);
  const pipe = await LinePipe.create(cluster);
  const k6 = pipe.open((descriptor) =>
    spawn("k6", args, {
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", descriptor],
      // Of its own, so that Ctrl-C in a terminal does not end the load before the upgrade.
      detached: true,
    }),
  );
  const exited = new Promise<number | undefined>((resolve) => {
    k6.on("exit", (code) => resolve(code ?? undefined));
    k6.on("error", () => resolve(undefined));
  });
  const { pid } = k6;
  const forget = pid === undefined ? () => undefined : endWithUs(pid);
  const read = pipe.lines((line) => take(line, 0));

  const end = async (): Promise<[{ name: string; exitCode: number | undefined }]> => {
    const exitCode = await exited;
    await read;
    forget();
    await canary.stop();
    return [{ name: "", exitCode }];
  };
  const ended = end();
  return {
    pid,
    ended,
    stop: async () => {
      if (pid === undefined) return;
      signalGroup(pid, "SIGINT");
      const late = delay(patienceMs, "late", { ref: false });
      if ((await Promise.race([ended, late])) === "late") signalGroup(pid, "SIGKILL");
    },
  };
}
