import pRetry from "p-retry";
import type { LabContext, Part } from "../context.ts";

const timeoutMs = 15_000;
const retries = 3;

/** Keeps the emulator told of the AWS faults in force. */
export interface FaultFeed extends Part {
  /** Resolves when the emulator knows of every fault that has been ordered until now. */
  settled(): Promise<void>;
}

/** Tells the emulator at `endpoint` of the faults in force, now and whenever they change. */
export function feedFaults(context: Pick<LabContext, "faults" | "log">, endpoint: string): FaultFeed {
  let last = Promise.resolve();
  // One after the other, each with the faults of that moment: the emulator ends up with the newest ones.
  const tell = (): void => {
    last = last.then(() => send(context, endpoint));
  };
  const unsubscribe = context.faults.onChange(tell);
  tell();
  return {
    settled: () => last,
    stop: async () => {
      unsubscribe();
      await last;
    },
  };
}

async function send({ faults, log }: Pick<LabContext, "faults" | "log">, endpoint: string): Promise<void> {
  try {
    await pRetry(
      async () => {
        const ordered = faults.list().filter(({ kind }) => kind.startsWith("aws-"));
        const response = await fetch(`${endpoint}/_lab/faults`, {
          method: "PUT",
          body: JSON.stringify(ordered),
          signal: AbortSignal.timeout(timeoutMs),
        });
        if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
      },
      { retries, minTimeout: 100 },
    );
  } catch (error) {
    log("aws", `faults could not be changed, the former ones stay in force: ${String(error)}`);
  }
}
