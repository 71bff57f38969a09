import { Interrupted } from "./errors.ts";

const controller = new AbortController();
const groups = new Set<number>();

/** Aborted by the first SIGINT or SIGTERM: what runs stops at its next safe point. */
export const interrupted: AbortSignal = controller.signal;

/** From now on, a process group ends with this process at the latest. Returns how to forget it. */
export function endWithUs(group: number): () => void {
  groups.add(group);
  return () => groups.delete(group);
}

/** Signals a process group; one that is already gone is fine. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The first signal stops at a safe point, the second one at once. Children never survive. */
export function handleSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(130);
      process.stderr.write(`${signal}: stopping at a safe point; once more stops at once\n`);
      controller.abort(
        new Interrupted(`Stopped by ${signal}.`, { next: "run the same command again: it goes on from here" }),
      );
    });
  }
  process.on("exit", () => {
    for (const group of groups) signalGroup(group, "SIGKILL");
  });
}
