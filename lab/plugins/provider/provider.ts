import type { Diff } from "./diff.ts";
import type { EngineLog } from "./engine.ts";
import type { Path, Props } from "./values.ts";

/** What every call about one resource carries. */
export interface ResourceCall {
  readonly urn: string;
  /** The Pulumi type token, e.g. `aws:ec2/vpc:Vpc`. */
  readonly type: string;
  /** The resource's name in the program. */
  readonly name: string;
  readonly log: EngineLog;
  /** Aborted when the update is cancelled, or its own time limit (`customTimeouts`) is over. */
  readonly signal: AbortSignal;
  /** The program's own time limit in seconds; 0 when it set none. */
  readonly timeoutSeconds: number;
}

export interface CheckCall extends ResourceCall {
  readonly oldInputs: Props | undefined;
  readonly inputs: Props;
}

export interface CheckFailure {
  /** The property as the user wrote it; empty when it is about the resource as a whole. */
  readonly property: string;
  readonly reason: string;
}

export interface CheckResult {
  readonly inputs: Props;
  readonly failures?: readonly CheckFailure[];
  /** Inputs that are secret whatever the program says. */
  readonly secrets?: readonly Path[];
}

export interface DiffCall extends ResourceCall {
  readonly id: string;
  readonly oldInputs: Props;
  readonly outputs: Props;
  readonly inputs: Props;
}

export interface CreateCall extends ResourceCall {
  readonly inputs: Props;
  readonly hasSecrets: boolean;
  readonly preview: boolean;
}

export interface Outputs {
  readonly outputs: Props;
  /** Outputs that are secret beyond those that stand where a secret input stands. */
  readonly secrets?: readonly Path[];
}

export interface CreateResult extends Outputs {
  readonly id: string;
}

export interface UpdateCall extends CreateCall {
  readonly id: string;
  readonly oldInputs: Props;
  /** As they were before this update. */
  readonly outputs: Props;
}

export interface ReadCall extends ResourceCall {
  readonly id: string;
  /** Empty when an existing resource is imported. */
  readonly inputs: Props;
  readonly outputs: Props;
}

export interface ReadResult extends Outputs {
  readonly id: string;
  readonly inputs: Props;
}

export interface DeleteCall extends ResourceCall {
  readonly id: string;
  readonly outputs: Props;
}

export interface InvokeCall {
  readonly token: string;
  readonly args: Props;
  readonly hasSecrets: boolean;
  readonly log: EngineLog;
  readonly signal: AbortSignal;
}

/** A resource plugin without the protocol: what each plugin of the lab is made of. */
export interface Provider {
  /** The version of the npm package it stands in for. */
  readonly version: string;
  /** The provider's own settings, once, before anything else; values that are objects may come as JSON strings. */
  configure?(config: Props): void | Promise<void>;
  /** Whether a change of the provider's settings replaces all its resources. Default: never. */
  diffConfig?(before: Props, after: Props): Diff;
  check(call: CheckCall): CheckResult | Promise<CheckResult>;
  diff(call: DiffCall): Diff;
  create(call: CreateCall): Promise<CreateResult>;
  update(call: UpdateCall): Promise<Outputs>;
  /** undefined means that the resource is gone. Default: what is recorded is what is there. */
  read?(call: ReadCall): Promise<ReadResult | undefined>;
  delete(call: DeleteCall): Promise<void>;
  invoke?(call: InvokeCall): Promise<Outputs>;
  /** Ends whatever runs beside calls, just before the process ends. */
  close?(): Promise<void>;
}

/** The resource exists and must be recorded, but it is not as it was asked for. */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  readonly id: string;
  readonly outputs: Props;
  readonly reasons: readonly string[];

  constructor(id: string, outputs: Props, reasons: readonly string[], options?: ErrorOptions) {
    super(reasons.join("; "), options);
    this.id = id;
    this.outputs = outputs;
    this.reasons = reasons;
  }
}
