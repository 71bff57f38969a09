import type { StepContext } from "../steps/step.ts";
import { instanceLooks, type InstanceLooks } from "./instances.ts";
import { LaunchFailures } from "./launch-failures.ts";
import { Poller, type Look } from "./poller.ts";

const lookMs = 2_000;

/** Looks whether there is hope for instances still; `hopeless` is aborted with the reason when there is none. */
export function hopeLook(clusterName: string, failures: LaunchFailures, hopeless: AbortController): Look {
  return {
    what: `the launches of ${clusterName}`,
    everyMs: lookMs,
    look: () => {
      const verdict = failures.verdict(clusterName, Date.now());
      if (verdict !== undefined && !hopeless.signal.aborted) hopeless.abort(verdict);
      return Promise.resolve();
    },
  };
}

/**
 * Does work that needs instances while it is watched whether AWS launches them.
 *
 * @param work gets a signal that is aborted, with the reason, when AWS has had none for a group for so long that waiting on is
 *   of no use
 * @param next what to do then
 */
export async function whileLaunching<T>(
  { config, log }: Pick<StepContext, "config" | "log">,
  next: string,
  work: (hopeless: AbortSignal) => Promise<T>,
  looks: typeof instanceLooks = instanceLooks,
): Promise<T> {
  const failures = new LaunchFailures(next);
  const hopeless = new AbortController();
  const emit: Parameters<typeof instanceLooks>[2] = (event) => log.emit(event);
  const aws: InstanceLooks = looks(config, failures, emit);
  const hope = hopeLook(config.clusterName, failures, hopeless);
  const pollers = [hope, ...aws.looks].map((look) => new Poller(look, emit));
  for (const poller of pollers) poller.start();
  try {
    return await work(hopeless.signal);
  } finally {
    await Promise.all(pollers.map((poller) => poller.stop()));
    aws.close();
  }
}
