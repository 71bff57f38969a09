import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { verdictSchema } from "../analysis/verdict-schema.ts";
import { commandLimits } from "../kops/rehearsal-time.ts";
import type { RehearsalConfig } from "../rehearsal/config.ts";
import type { Settings } from "../settings/parse.ts";
import { dependsOnOf, stepCommand } from "./step.ts";

/** What the step `verdict` prints. */
const resultSchema = verdictSchema
  .pick({ verdict: true, reasons: true, intervals: true, schedule: true, run: true })
  .extend({ reportPath: z.string(), runbookPath: z.string() });
export type VerdictResult = z.infer<typeof resultSchema>;

export interface VerdictArgs {
  readonly config: pulumi.Input<RehearsalConfig>;
  /** Shown in the preview. */
  readonly objectives: Settings["objectives"];
}

/** The comparison of upgrade and baseline, with its report and runbook. It succeeds whatever the verdict. */
export class Verdict extends pulumi.ComponentResource {
  /** SAFE, DEGRADED, UNSAFE or INCONCLUSIVE. */
  readonly verdict: pulumi.Output<string>;
  readonly reasons: pulumi.Output<string[]>;
  readonly reportPath: pulumi.Output<string>;
  readonly runbookPath: pulumi.Output<string>;
  /** Intervals that were rehearsed, for production's roll. */
  readonly intervals: pulumi.Output<VerdictResult["intervals"]>;
  /** Minutes to schedule for production. */
  readonly schedule: pulumi.Output<VerdictResult["schedule"]>;

  constructor(name: string, args: VerdictArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kops-upgrade-rehearsal:components:Verdict", name, { objectives: args.objectives }, opts);
    const verdict = stepCommand(`${name}-verdict`, "verdict", args.config, {
      parent: this,
      ...dependsOnOf(opts),
      customTimeouts: { create: `${commandLimits.verdict}m`, update: `${commandLimits.verdict}m` },
    });
    const result = verdict.stdout.apply(parseVerdictResult);
    this.verdict = result.verdict;
    this.reasons = result.reasons;
    this.reportPath = result.reportPath;
    this.runbookPath = result.runbookPath;
    this.intervals = result.intervals;
    this.schedule = result.schedule;
    this.registerOutputs({ verdict: this.verdict, reasons: this.reasons, reportPath: this.reportPath });
  }
}

/**
 * Reads the line that the step printed.
 *
 * @throws Error when it is not what the step promises
 */
export function parseVerdictResult(stdout: string): VerdictResult {
  const line = stdout.trim().split("\n").at(-1) ?? "";
  try {
    return resultSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw new Error(`The step verdict printed no verdict but: ${line.slice(0, 200)}; next: npx rehearsal --help`, {
      cause,
    });
  }
}
