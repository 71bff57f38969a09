import { Guardian } from "../processes/guardian.ts";
import { Interrupted } from "./errors.ts";

const controller = new AbortController();
const groups = new Set<number>();
/** Sees to it that our children do not survive us even if we are killed; from when signals are handled. */
let guard: (() => Guardian) | undefined;

/** Aborted by the first SIGINT or SIGTERM: what runs stops at its next safe point. */
export const interrupted: AbortSignal = controller.signal;

/** Stops at the next safe point what runs, as a signal does, for another reason. */
export function stopWork(reason: Interrupted): void {
  if (!controller.signal.aborted) controller.abort(reason);
}

/** From now on, a process group ends with this process at the latest. Returns how to forget it. */
export function endWithUs(group: number): () => void {
  groups.add(group);
  const guardian = guard?.();
  guardian?.watch(group);
  return () => {
    groups.delete(group);
    guardian?.unwatch(group);
  };
}

/** Signals a process group; one that is already gone is fine. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/**
 * The first signal stops at a safe point, the second one at once. Children never survive, `kill -9` included.
 *
 * @param withParent stop as well when the process that started us is gone (as Pulumi's plugin after a `kill -9`)
 */
export function handleSignals({ withParent = false } = {}): void {
  let guardian: Guardian | undefined;
  guard = () => (guardian ??= new Guardian());
  // Nobody may be left to read what we say; that is no reason to stop in the middle.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  if (withParent) {
    const parent = process.ppid;
    const timer = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(timer);
      controller.abort(
        new Interrupted("Stopped: the process that had started this step is gone.", {
          next: "`pulumi cancel` clears the lock that a killed Pulumi leaves; then `pulumi up` goes on from here",
        }),
      );
    }, 1000);
    timer.unref();
  }
  // A terminal that is gone, as with its SSH connection, hangs up on us and may do so more than once: nobody is in a hurry.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted && signal === "SIGHUP") return;
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
