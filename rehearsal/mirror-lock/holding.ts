import type { RehearsalConfig, StepName } from "../config.ts";
import { Interrupted } from "../errors.ts";
import { stopWork } from "../interrupt.ts";
import { takeOverVariable } from "./errors.ts";
import { Hold, type Ending } from "./hold.ts";
import { operator } from "./operator.ts";
import { LockStore } from "./store.ts";

/** Steps after which no other one follows by itself. */
const last: readonly StepName[] = ["verdict", "delete"];

/**
 * Does a step's work while nobody else works on the mirror. Work that fails leaves the lock free; work that was killed
 * leaves it to lapse, and to its own folder at once.
 *
 * @throws LockedError that says who works on it, since when, and how to take over
 */
export async function holding<T>(step: StepName, config: RehearsalConfig, work: () => Promise<T>): Promise<T> {
  // It only looks, and is to say itself what is wrong with the state store.
  if (step === "preflight") return await work();
  const hold = await Hold.take({
    store: new LockStore(config),
    operator: await operator(config.runsDir, config.region),
    mirror: { owner: config.owner ?? "", stack: config.stack, cluster: config.clusterName },
    step,
    takeOver: process.env[takeOverVariable] || undefined,
    onLost: (by) =>
      stopWork(
        new Interrupted(`Stopped: ${by} has taken over the mirror ${config.clusterName}.`, {
          next: "ask them; the same command goes on from here when they are done",
        }),
      ),
    tell: (line) => process.stderr.write(`${line}\n`),
  });
  let ending: Ending = "free";
  try {
    const done = await work();
    if (step === "delete") ending = "gone";
    else if (!last.includes(step) && config.revert?.when !== "asked") ending = "rest";
    return done;
  } finally {
    await hold?.end(ending);
  }
}
