import type { CheckCall, CheckFailure, ResourceCall } from "../provider/provider.ts";
import type { Path, Props } from "../provider/values.ts";
import type { Aws } from "./context.ts";

/** One call about one resource. */
export interface Call extends ResourceCall {
  readonly aws: Aws;
}

/** A resource type: how it is made, found, changed and taken away. */
export interface AwsResource {
  /** The inputs that are understood; any other is refused by name. */
  readonly inputs: readonly string[];
  readonly required?: readonly string[];
  /** A change there makes a new resource. */
  readonly replaceOn: readonly Path[];
  /** Whether it has `tags` and with them the output `tagsAll`. Default false. */
  readonly tagged?: boolean;
  /** Whether a replacement must take the old one away first, since both cannot exist at once. Default false. */
  readonly deleteBeforeReplace?: boolean;
  /** Completes the inputs: names, canonical spellings. */
  normalize?(call: CheckCall): Props;
  validate?(inputs: Props): CheckFailure[];
  /** Makes the resource and returns its id. */
  create(call: Call, inputs: Props): Promise<string>;
  /**
   * What goes on after there is an id. When it fails, the resource is recorded as half made, so that it can be
   * finished or destroyed later.
   */
  complete?(call: Call, id: string, inputs: Props): Promise<void>;
  /** Everything that is known of it, or undefined when it is gone. `recorded` are inputs or earlier outputs. */
  read(call: Call, id: string, recorded: Props): Promise<Props | undefined>;
  update(call: Call, id: string, inputs: Props, before: Props): Promise<void>;
  /** A resource that is gone already is no failure. */
  delete(call: Call, id: string, recorded: Props): Promise<void>;
}

export interface AwsFunction {
  (aws: Aws, args: Props): Promise<Props>;
}
