import { join } from "node:path";
import { rehearsalConfigSchema, type RehearsalConfig, type StepName } from "../rehearsal/config.ts";
import { runStep } from "../rehearsal/step-runner.ts";
import { real } from "../rehearsal/surroundings.ts";
import { Clone, smallMirror } from "../test/lab/end-to-end/clone.ts";
import { elapsedMs, renderRatio } from "./ratio.ts";

const turns = 3;
const steps: readonly StepName[] = ["apply", "kubeconfig", "baseline"];

/**
 * Steps of a real rehearsal in the lab: the time that each takes against the time of what it does, that is without journal,
 * events, settings and decisions. The mirror's lock, some calls of AWS a step, is told by itself. Each turn creates nothing
 * anew and measures a baseline of its own.
 */
export async function journal(): Promise<string> {
  const clone = await Clone.create("bench");
  const cwd = process.cwd();
  try {
    await clone.configure(smallMirror);
    await clone.startLab();
    const up = await clone.up();
    if (up.exitCode !== 0) throw new Error(`pulumi up failed with status ${up.exitCode}:\n${up.all.slice(-3000)}`);
    const config = rehearsalConfigSchema.parse(JSON.parse(await clone.artifact("config.json")));
    Object.assign(process.env, clone.lab.env);
    process.chdir(clone.dir);
    const whole: number[] = [];
    const bodies: number[] = [];
    const locks: number[] = [];
    for (let turn = 0; turn < turns; turn++) {
      // Another load is another run.
      const own = {
        ...config,
        fromVersion: config.toVersion,
        load: { ...config.load, rate: config.load.rate + 1 + turn },
      };
      const took = await timed(steps, own);
      whole.push(took.whole - took.locks);
      bodies.push(took.bodies);
      locks.push(took.locks / steps.length);
    }
    const ratio = renderRatio({
      name: "journal: time of the steps apply, kubeconfig and baseline against what they do",
      a: `with journal and events (${join(config.runsDir, "…/journal.ndjson")})`,
      b: "without",
      unit: "ms",
      goal: "1.01",
      valuesA: whole,
      valuesB: bodies,
    });
    return `${ratio}\n  besides, the mirror's lock: ${locks.map((ms) => ms.toFixed(0)).join(", ")} ms a step`;
  } finally {
    process.chdir(cwd);
    await clone.dispose();
  }
}

/** Times in ms: the whole, what the steps do, and the mirror's lock. */
interface Times {
  readonly whole: number;
  readonly bodies: number;
  readonly locks: number;
}

async function timed(names: readonly StepName[], config: RehearsalConfig): Promise<Times> {
  let bodies = 0;
  let locks = 0;
  const measured = async <T>(work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    return await work().finally(() => (bodies += performance.now() - began));
  };
  const whole = await elapsedMs(async () => {
    for (const name of names)
      await runStep(name, config, {
        ...real,
        holding: async (step, given, work) => {
          let inner = 0;
          const began = performance.now();
          const done = await real.holding(step, given, async () => {
            const start = performance.now();
            return await work().finally(() => (inner = performance.now() - start));
          });
          locks += performance.now() - began - inner;
          return done;
        },
        step: async (wanted) => {
          const step = await real.step(wanted);
          return { ...step, run: (context) => measured(() => step.run(context)) };
        },
        clusterVersion: (kops) => measured(() => real.clusterVersion(kops)),
        recordTools: (...args) => measured(() => real.recordTools(...args)),
        show: () => undefined,
      });
  });
  return { whole, bodies, locks };
}
