import { z } from "zod";
import type { Phase } from "../analysis/events.ts";
import { rollingUpdateArgv } from "../kops/argv.ts";
import { KopsError, type KopsErrorCode } from "../kops/errors.ts";
import { RollParser, type RollEvent } from "../kops/roll-events.ts";
import type { RollAction } from "../kops/roll-plan.ts";
import type { Cluster } from "./cluster.ts";
import { RehearsalError, messageOf } from "./errors.ts";
import type { EventLog } from "./event-log.ts";
import { CommandError } from "./exec.ts";
import { LineFile } from "./files.ts";
import { interrupted } from "./interrupt.ts";
import { rollDryRun } from "./landed.ts";
import { rollOptions } from "./roll-options.ts";
import { RollProgress } from "./roll-progress.ts";
import type { StepContext } from "./steps/step.ts";
import { updateCluster } from "./update.ts";
import { NoCapacity } from "./watch/launch-failures.ts";

/** `roll.json`: how the roll ended. */
export const rollSchema = z.object({
  ok: z.boolean(),
  error: z.string().optional(),
  /** What stopped it says nothing about the upgrade: AWS had no instances. */
  notTheUpgrade: z.boolean().optional(),
  /** From the first `kops update --yes` to the end of the last command, in ms since the epoch. */
  startMs: z.number(),
  endMs: z.number(),
  /** Nodes that were to be replaced. */
  nodes: z.number().int(),
  /** The roll was stopped on purpose, after as many nodes as it was told. */
  stopped: z.boolean().optional(),
});
export type RollResult = z.infer<typeof rollSchema>;

/** Failures that say nothing about the upgrade: nobody can be told that it is unsafe because a token ran out. */
const notAboutTheUpgrade: readonly KopsErrorCode[] = [
  "state-store-missing",
  "state-store-denied",
  "credentials",
  "denied",
  "throttled",
  "network",
  "cluster-not-found",
];

/** What an update is about. */
function updated({ roles, prune }: Extract<RollAction, { do: "update" }>): string {
  if (prune === true) return "what had to be kept until all nodes were replaced";
  return roles === undefined ? "all instance groups" : `the instance groups of ${roles.join(" and ")}`;
}

/** What surrounds a roll. */
export interface RollAround {
  /** How many nodes are to be replaced, for the forecast. */
  readonly nodes: number;
  /** Stop kops once this many nodes have been replaced, as someone would who wants out; at 0 it does not begin. */
  readonly stopAfterNodes?: number;
  /** Stops kops, with the reason, when there is no use in waiting on. */
  readonly hopeless?: AbortSignal;
  /** It leads out: not even an app that does not answer stands in its way. */
  readonly wayBack?: boolean;
  /** Adds a node while only the control plane is upgraded. */
  readonly skewProbe?: () => Promise<void>;
}

/**
 * Gives kops its commands one after the other.
 *
 * @returns `ok: false` when a roll halted: that is a finding
 * @throws when something outside of the upgrade failed
 */
export async function roll(
  context: StepContext,
  cluster: Cluster,
  actions: readonly RollAction[],
  around: RollAround,
): Promise<RollResult> {
  const { kops, config } = context;
  const startMs = Date.now();
  const progress = new RollProgress(around.nodes, startMs);
  const limit = startMs + config.rollTimeoutMinutes * 60_000;
  const stop = new AbortController();
  const signal = around.hopeless === undefined ? stop.signal : AbortSignal.any([stop.signal, around.hopeless]);
  const replaced = new Replaced(around.stopAfterNodes ?? Infinity, () => stop.abort(new StoppedOnPurpose()));
  const ended = (end: Pick<RollResult, "error" | "stopped" | "notTheUpgrade"> = {}): RollResult => ({
    ok: end.error === undefined && end.stopped !== true,
    ...end,
    startMs,
    endMs: Date.now(),
    nodes: around.nodes,
  });

  if (around.stopAfterNodes !== undefined && around.stopAfterNodes <= 0) return ended({ stopped: true });
  let last: string | undefined;
  for (const action of actions) {
    context.log.phase = action.phase;
    if (action.do === "skew-probe") {
      await around.skewProbe?.();
    } else if (action.do === "update") {
      last = updated(action);
      context.log.emit({ kind: "waiting", message: `kops updates the specification of ${last}` });
      await updateCluster(context, action, `update-${action.phase}`);
    } else {
      await keepRollDryRun(context, action.phase, last);
      const args = rollingUpdateArgv(kops.call, { ...rollOptions(config), ...action, yes: true });
      const { onLine, settled } = follow(context, cluster, (event) => {
        replaced.push(event);
        return progress.push(event, Date.now());
      });
      const timeLimitMs = Math.max(1000, limit - Date.now());
      const call = { log: `rolling-update-${action.phase}`, timeLimitMs, onLine, show: true, signal };
      const end = await halted(context.log, () => kops.exec(args, call).finally(settled));
      if (end !== undefined) return ended(end);
    }
  }
  return ended();
}

class StoppedOnPurpose extends Error {}

/** Counts the nodes that were replaced and are valid again; says when there are enough. */
class Replaced {
  #terminated = new Set<string>();

  constructor(
    private readonly enough: number,
    private readonly then: () => void,
  ) {}

  push(event: RollEvent): void {
    const node = event.instance ?? event.node;
    if (event.kind === "instance-terminating" && node !== undefined) this.#terminated.add(node);
    const settled = event.kind === "validation-passed" || event.kind === "node-draining";
    if (settled && this.#terminated.size >= this.enough) this.then();
  }
}

/** Keeps what a rolling update would do now, for the report; without it there is one page less, and that is all. */
async function keepRollDryRun(context: StepContext, phase: Phase, update: string | undefined): Promise<void> {
  try {
    const output = await rollDryRun(context, `${phase}-dry-run`);
    const file = new LineFile(context.run.path("rolling-update.dry-run.txt"));
    file.append(`# ${update === undefined ? "once more" : `after the update of ${update}`}\n${output}`);
    file.close();
  } catch (error) {
    interrupted.throwIfAborted();
    context.log.emit({ kind: "warning", message: `the dry run of the rolling update failed: ${messageOf(error)}` });
  }
}

/** Why a roll halted; undefined when it did not. */
async function halted(
  log: EventLog,
  call: () => Promise<unknown>,
): Promise<Pick<RollResult, "error" | "stopped" | "notTheUpgrade"> | undefined> {
  // The reason is one short sentence; the command, what to do next and the log belong to the events.
  const tell = (error: Error, summary: string): string => {
    log.emit({ kind: "warning", message: error.message });
    return summary;
  };
  try {
    await call();
    return undefined;
  } catch (error) {
    if (error instanceof StoppedOnPurpose) return { stopped: true };
    if (error instanceof NoCapacity) return { error: tell(error, error.summary), notTheUpgrade: true };
    if (error instanceof KopsError && !notAboutTheUpgrade.includes(error.code))
      return { error: tell(error, error.summary) };
    if (error instanceof CommandError && /time limit/.test(error.problem))
      return { error: tell(error, `kops rolling-update ${error.problem}`) };
    throw error;
  }
}

const repeatRefusalMs = 60_000;

/** Turns kops output into events as it comes; `settled` resolves when the last one is told. */
function follow(
  { log }: StepContext,
  cluster: Cluster,
  push: (event: RollEvent) => string | undefined,
): { onLine: (line: string) => void; settled: () => Promise<void> } {
  const parser = new RollParser();
  const attempted = new Set<string>();
  const lookUps: Promise<void>[] = [];
  const tell = (event: RollEvent): void => {
    const { kind, node, instance, pod, message } = event;
    // kops asks again every five seconds, and the watch sees the same; once a minute says as much.
    const quietMs = kind === "eviction-refused" ? repeatRefusalMs : undefined;
    log.emit({ kind, node, instance: instance ?? instanceOf(node), pod, message, quietMs });
    const line = push(event);
    if (line !== undefined) log.emit({ kind: "waiting", node, instance, message: line });
  };
  const onLine = (line: string): void => {
    for (const event of parser.push(line)) {
      // kops says the same before each further try of an eviction that was refused.
      if (event.kind === "pod-evicted" && event.pod !== undefined) {
        if (attempted.has(event.pod)) continue;
        attempted.add(event.pod);
      }
      if (event.kind !== "eviction-refused" || event.pod === undefined) {
        tell(event);
        continue;
      }
      const { pod, node, message } = event;
      const lookUp = cluster.refusingBudgets(pod).then(
        (budgets) => tell({ ...event, message: refusal(pod, node, budgets, message) }),
        (error: unknown) => tell({ ...event, message: `${message} (which budget is not known: ${messageOf(error)})` }),
      );
      lookUps.push(lookUp);
    }
  };
  return { onLine, settled: async () => void (await Promise.all(lookUps)) };
}

/** kops names nodes on AWS after their instances. */
function instanceOf(node: string | undefined): string | undefined {
  return node?.startsWith("i-") === true ? node : undefined;
}

function refusal(pod: string, node: string | undefined, budgets: readonly string[], why: string): string {
  const which = budgets.length === 0 ? "a PodDisruptionBudget" : `PodDisruptionBudget ${budgets.join(", ")}`;
  return `${which} refuses to evict pod ${pod} from node ${node ?? "unknown"}: ${why}`;
}

/** Nothing to rehearse: the cluster is at the target version already. */
export function alreadyThere(clusterName: string, version: string): RehearsalError {
  return new RehearsalError(
    `${clusterName} is at ${version} already, and no node needs an update: there is nothing to rehearse.`,
    {
      next: "raise the target version, or `pulumi destroy` and `pulumi up` for a new mirror at the old version",
    },
  );
}
