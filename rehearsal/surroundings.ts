import { setTimeout as delay } from "node:timers/promises";
import lockfile from "proper-lockfile";
import { clusterVersion } from "./cluster-version.ts";
import type { RehearsalConfig, StepName } from "./config.ts";
import { Interrupted, RehearsalError } from "./errors.ts";
import { interrupted, stopWork } from "./interrupt.ts";
import type { Kops } from "./kops.ts";
import type { Run } from "./run.ts";
import { runningStep } from "./running-step.ts";
import type { Step } from "./steps/step.ts";
import { recordTools } from "./tool-versions.ts";

/** What the step machine does not decide itself: what each step does, and what is there around it. */
export interface Surroundings {
  readonly step: (name: StepName) => Promise<Step>;
  /** The version that the mirror has; undefined when there is no mirror. */
  readonly clusterVersion: (kops: Kops) => Promise<string | undefined>;
  readonly recordTools: typeof recordTools;
  /** Keeps what explains a failure; returns the folder. */
  readonly keepEvidence: (run: Run, config: RehearsalConfig, kubeconfig: string) => Promise<string | undefined>;
  /** One step at a time for a stack's folder; returns how to give it up. */
  readonly lock: (dir: string) => Promise<() => Promise<void>>;
  /** Does the work while nobody else works on the mirror, from whatever machine. */
  readonly holding: <T>(step: StepName, config: RehearsalConfig, work: () => Promise<T>) => Promise<T>;
  /** Shows an event to whoever watches. */
  readonly show: (line: string) => void;
}

/** Loaded when it is asked for: the clients of Kubernetes and S3 take a second that not every step needs. */
const steps: Readonly<Record<StepName, () => Promise<Step>>> = {
  preflight: async () => (await import("./steps/preflight.ts")).preflightStep,
  own: async () => (await import("./steps/own.ts")).own,
  apply: async () => (await import("./steps/apply.ts")).apply,
  kubeconfig: async () => (await import("./steps/kubeconfig.ts")).kubeconfig,
  baseline: async () => (await import("./steps/baseline.ts")).baseline,
  upgrade: async () => (await import("./steps/upgrade.ts")).upgrade,
  revert: async () => (await import("./steps/revert.ts")).revert,
  verdict: async () => (await import("./steps/verdict.ts")).verdict,
  delete: async () => (await import("./steps/delete.ts")).deleteCluster,
};

/** The real ones: kops, k6, AWS, the cluster. */
export const real: Surroundings = {
  step: (name) => steps[name](),
  clusterVersion,
  recordTools,
  keepEvidence: async (run, config, kubeconfig) =>
    await (await import("./evidence/collect.ts")).keepEvidence(run, config, kubeconfig),
  lock,
  holding: async (step, config, work) => await (await import("./mirror-lock/holding.ts")).holding(step, config, work),
  show: (line) => process.stderr.write(`${line}\n`),
};

/** In seconds. */
const lockRetries = 15;

/** The lock of a process that was killed is given up after some seconds. */
async function lock(dir: string): Promise<() => Promise<void>> {
  const options = {
    realpath: false,
    stale: 5000,
    update: 1000,
    onCompromised: (error: Error): void =>
      stopWork(
        new Interrupted(`Stopped: the lock of ${dir} is lost (${error.message}).`, {
          next: "see that no other step of this stack runs; then the same command goes on from here",
        }),
      ),
  };
  for (let attempt = 1; ; attempt++) {
    try {
      return await lockfile.lock(dir, options);
    } catch (cause) {
      // As when the disk is full: nobody else is to blame.
      if (!isHeld(cause)) throw cause;
      if (attempt > lockRetries) throw await heldError(dir, cause);
    }
    await delay(1000, undefined, { signal: interrupted }).catch(() => interrupted.throwIfAborted());
  }
}

async function heldError(dir: string, cause: unknown): Promise<RehearsalError> {
  const running = await runningStep(dir).catch(() => undefined);
  return new RehearsalError(`Another step of this stack is running (${dir} is locked).`, {
    details: running === undefined ? [] : [`It is ${running}.`],
    next: "wait for it (`npx rehearsal watch` shows how far it is), or end it with Ctrl-C where it runs, then run the same command again",
    cause,
  });
}

const isHeld = (error: unknown): boolean => (error as { code?: string }).code === "ELOCKED";
