import type { Call, RollOptions } from "../../kops/argv.ts";
import { rollingUpdateArgv, updateArgv, type UpdateOptions } from "../../kops/argv.ts";
import type { ReportData } from "../data.ts";
import { inline } from "./markdown.ts";

/** What stands in a command where production's own name is not known. */
export const placeholders = { clusterName: "<PRODUCTION_CLUSTER>", stateStore: "s3://<PRODUCTION_STATE_STORE>" };

/** The commands of the runbook: production's name, its state store, and the pacing that was rehearsed. */
export class Production {
  readonly clusterName: string;
  readonly stateStore: string;
  readonly #known: { readonly clusterName: boolean; readonly stateStore: boolean };
  readonly #roll: RollOptions;
  readonly #verbosity: number;

  constructor({ production, config: { intervals, verbosity } }: ReportData) {
    this.clusterName = production?.clusterName ?? placeholders.clusterName;
    this.stateStore = production?.stateStore ?? placeholders.stateStore;
    this.#known = {
      clusterName: production?.clusterName !== undefined,
      stateStore: production?.stateStore !== undefined,
    };
    this.#roll = {
      controlPlaneInterval: intervals.controlPlane,
      nodeInterval: intervals.node,
      postDrainDelay: intervals.postDrainDelay,
      validationTimeout: intervals.validationTimeout,
      drainTimeout: intervals.drainTimeout,
      validateCount: intervals.validateCount,
    };
    this.#verbosity = verbosity;
  }

  /** A kops command with name and state store. */
  kops(...words: readonly string[]): string[] {
    return ["kops", ...words, ...this.flags];
  }

  /** kubectl for production only: kops names the context after the cluster. */
  kubectl(...words: readonly string[]): string[] {
    return ["kubectl", `--context=${this.clusterName}`, ...words];
  }

  get flags(): string[] {
    return [`--name=${this.clusterName}`, `--state=${this.stateStore}`];
  }

  update(options: UpdateOptions = {}): string[] {
    return ["kops", ...updateArgv(this.#call, options)];
  }

  /** @param verbosity kops `-v`; default: as rehearsed */
  roll(options: Partial<RollOptions> = {}, verbosity = this.#verbosity): string[] {
    return ["kops", ...rollingUpdateArgv({ ...this.#call, verbosity }, { ...this.#roll, ...options })];
  }

  /** Replaces one node as a roll would: a new one first, then drain and terminate. A dry run unless `yes`. */
  replace(node: string, { yes = false, surge = true } = {}): string[] {
    const { postDrainDelay, validationTimeout, validateCount } = this.#roll;
    const pacing = [
      `--post-drain-delay=${postDrainDelay}`,
      `--validation-timeout=${validationTimeout}`,
      `--validate-count=${validateCount}`,
    ];
    return [
      "kops",
      "delete",
      "instance",
      node,
      ...this.flags,
      ...pacing,
      ...(surge ? [] : ["--surge=false"]),
      ...(yes ? ["--yes"] : []),
    ];
  }

  validate(): string[] {
    return this.kops("validate", "cluster", "--wait=10m", `--count=${this.#roll.validateCount}`);
  }

  /** What to put in place of the placeholders; empty when all is known. */
  placeholderNote(): string {
    const missing = [
      ...(this.#known.clusterName ? [] : [`${inline(placeholders.clusterName)}: production's cluster name`]),
      ...(this.#known.stateStore
        ? []
        : [`${inline(placeholders.stateStore)}: its kops state store (\`echo $KOPS_STATE_STORE\`)`]),
    ];
    if (missing.length === 0) return "";
    return `Replace in every command: ${missing.join("; ")}. The mirror's own name is not to be used on production.`;
  }

  get #call(): Call {
    return { clusterName: this.clusterName, stateStore: this.stateStore };
  }
}
