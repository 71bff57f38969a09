import { join } from "node:path";
import pRetry from "p-retry";
import type { Call } from "../kops/argv.ts";
import { KopsError, kopsError } from "../kops/errors.ts";
import { featureFlagsVariable, requiredFeatureFlags, withFeatureFlags } from "../kops/feature-flags.ts";
import type { RehearsalConfig } from "./config.ts";
import { noteCommand } from "./commands-file.ts";
import { CommandError, run as runCommand, shown, type CommandResult } from "./exec.ts";
import { watchCredentials } from "./expired.ts";
import { interrupted } from "./interrupt.ts";
import type { Run, Runs } from "./run.ts";

export interface KopsCall {
  readonly timeLimitMs: number;
  /** Names `logs/kops-<log>.log` in the run. */
  readonly log: string;
  readonly onLine?: (line: string, stream: "stdout" | "stderr") => void;
  /** List it among the commands that the report shows. Default false. */
  readonly show?: boolean;
  readonly secretOutput?: boolean;
  /** The call changes nothing, so that it can be made again when the network failed. Default false. */
  readonly readOnly?: boolean;
  /** Stops the call, besides SIGINT or SIGTERM to us. */
  readonly signal?: AbortSignal;
}

/** Runs kops (from PATH) for one cluster. */
export class Kops {
  /** For the functions of `kops/argv.ts`. */
  readonly call: Call;
  readonly #env: Readonly<Record<string, string | undefined>>;

  constructor(
    private readonly config: RehearsalConfig,
    private readonly run: Run,
    /** The kubeconfig of this stack: the user's own is left alone. */
    readonly kubeconfig: string,
  ) {
    this.call = {
      clusterName: config.clusterName,
      stateStore: config.stateStore,
      apiServer: config.apiServer ?? process.env["REHEARSAL_API_SERVER"],
      verbosity: config.verbosity,
    };
    const flags = requiredFeatureFlags(config.manifests);
    this.#env = {
      KUBECONFIG: kubeconfig,
      [featureFlagsVariable]: withFeatureFlags(process.env[featureFlagsVariable], flags),
    };
  }

  /** @throws KopsError, or the reason of an interruption */
  async exec(args: readonly string[], call: KopsCall): Promise<CommandResult> {
    if (call.show === true) noteCommand(this.run, { file: "kops", args });
    return await pRetry(() => this.#once(args, call), {
      retries: call.readOnly === true ? 3 : 0,
      minTimeout: 2000,
      randomize: true,
      shouldRetry: ({ error }) => error instanceof KopsError && error.transient,
      signal: interrupted,
    });
  }

  /** Where a call's raw output is kept. */
  logFile(name: string): string {
    return this.run.path("logs", `kops-${name}.log`);
  }

  async #once(
    args: readonly string[],
    { log, timeLimitMs, onLine, secretOutput, signal }: KopsCall,
  ): Promise<CommandResult> {
    const logFile = this.logFile(log);
    const credentials = watchCredentials(this.config.clusterName, this.config.region);
    const signals = [interrupted, credentials.signal, ...(signal === undefined ? [] : [signal])];
    try {
      return await runCommand({
        file: "kops",
        args,
        env: this.#env,
        cluster: this.config.clusterName,
        timeLimitMs,
        logFile,
        // Where load generator and kops share a machine, kops must not hold up the measurement.
        nice: 5,
        ...(onLine === undefined ? {} : { onLine }),
        ...(secretOutput === undefined ? {} : { secretOutput }),
        signal: AbortSignal.any(signals),
      });
    } catch (error) {
      // What did not come from kops (not on PATH, time limit) has been said.
      if (!(error instanceof CommandError) || error.exitCode === undefined) throw error;
      const output = `${error.stdout}\n${error.stderr}`;
      throw kopsError({ ...this.call, command: shown({ file: "kops", args }), output, logFile }, { cause: error });
    } finally {
      credentials.stop();
    }
  }
}

/** Where the kubeconfig of a stack is; mode 0600. */
export function kubeconfigPath(runs: Runs): string {
  return join(runs.dir, "kubeconfig");
}
