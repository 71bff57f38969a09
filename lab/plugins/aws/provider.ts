import { diffProps, type Change } from "../provider/diff.ts";
import { inputsNow } from "../provider/drift.ts";
import {
  PartialFailure,
  type CheckFailure,
  type Outputs,
  type Provider,
  type ResourceCall,
} from "../provider/provider.ts";
import { equal, hasUnknown, UNKNOWN, type Props } from "../provider/values.ts";
import { Aws, readConfig } from "./context.ts";
import { describe } from "./errors.ts";
import { functionOf, resourceOf } from "./registry.ts";
import type { AwsResource, Call } from "./resource.ts";
import { allTags } from "./tags.ts";

/** Stands in for the official plugin `aws` 7, with the resource types and functions of the registry. */
export class AwsProvider implements Provider {
  readonly version = "7.48.0";
  #aws: Aws;
  /** Loaded by Check, which comes before every Diff. */
  readonly #resources = new Map<string, AwsResource>();

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
    this.#aws = new Aws(readConfig({}, env));
  }
  readonly #env: NodeJS.ProcessEnv;

  configure(config: Props): void {
    this.#aws = new Aws(readConfig(config, this.#env));
  }

  /** Another region is another place. */
  diffConfig(before: Props, after: Props): { changes: Change[] } {
    return { changes: diffProps(before, after, [["region"]]) };
  }

  async check(call: Parameters<Provider["check"]>[0]): Promise<{ inputs: Props; failures: CheckFailure[] }> {
    const resource = await this.#resource(call.type);
    const inputs = resource.normalize?.(call) ?? call.inputs;
    const failures: CheckFailure[] = [...(resource.validate?.(inputs) ?? [])];
    for (const property of Object.keys(inputs)) {
      if (!resource.inputs.includes(property)) {
        const reason = `property "${property}" of ${call.type} is not known to the lab's aws plugin; it has ${resource.inputs.join(", ")}`;
        failures.push({ property, reason });
      }
    }
    for (const property of resource.required ?? []) {
      if (inputs[property] === undefined) failures.push({ property, reason: `${property} is required` });
    }
    return { inputs, failures };
  }

  diff(call: Parameters<Provider["diff"]>[0]): { changes: Change[]; deleteBeforeReplace: boolean } {
    const resource = this.#resources.get(call.type);
    if (resource === undefined) throw new Error(`${call.type} was not checked before it was compared`);
    const changes = diffProps(call.oldInputs, call.inputs, resource.replaceOn);
    const tagsAll = call.outputs["tagsAll"];
    const defaultTagsChanged =
      resource.tagged === true &&
      tagsAll !== undefined &&
      !hasUnknown(call.inputs["tags"]) &&
      !equal(tagsAll, this.#tagsAll(call.inputs));
    if (defaultTagsChanged && !changes.some((change) => change.path[0] === "tags")) {
      changes.push({ path: ["tagsAll"], kind: "update", replace: false });
    }
    return { changes, deleteBeforeReplace: resource.deleteBeforeReplace ?? false };
  }

  async create(call: Parameters<Provider["create"]>[0]): Promise<Outputs & { id: string }> {
    const resource = await this.#resource(call.type);
    if (call.preview) return { id: "", outputs: this.#planned(resource, call.inputs, {}) };
    const context = this.#context(call);
    const id = await this.#do("creating", call, () => resource.create(context, call.inputs));
    try {
      await this.#do("creating", call, async () => resource.complete?.(context, id, call.inputs));
      return { id, outputs: await this.#outputs(resource, context, id, call.inputs) };
    } catch (error) {
      throw new PartialFailure(id, call.inputs, [messageOf(error)], { cause: error });
    }
  }

  async update(call: Parameters<Provider["update"]>[0]): Promise<Outputs> {
    const resource = await this.#resource(call.type);
    if (call.preview) return { outputs: this.#planned(resource, call.inputs, call.outputs) };
    const context = this.#context(call);
    // What an interrupted creation has left undone is done now.
    const unfinished = call.outputs["arn"] === undefined && resource.tagged === true;
    if (unfinished) await this.#do("finishing", call, async () => resource.complete?.(context, call.id, call.inputs));
    await this.#do("updating", call, () => resource.update(context, call.id, call.inputs, call.outputs));
    return { outputs: await this.#outputs(resource, context, call.id, call.inputs) };
  }

  async read(call: Parameters<NonNullable<Provider["read"]>>[0]) {
    const resource = await this.#resource(call.type);
    const context = this.#context(call);
    const recorded = { ...call.inputs, ...call.outputs };
    const live = await this.#do("reading", call, () => resource.read(context, call.id, recorded));
    if (live === undefined) return undefined;
    const outputs = { ...recorded, ...live };
    const imported = Object.keys(call.inputs).length === 0;
    const inputs = imported
      ? Object.fromEntries(Object.entries(live).filter(([key]) => resource.inputs.includes(key)))
      : inputsNow(call.inputs, call.outputs, outputs);
    return { id: call.id, inputs, outputs };
  }

  async delete(call: Parameters<Provider["delete"]>[0]): Promise<void> {
    const resource = await this.#resource(call.type);
    await this.#do("deleting", call, () => resource.delete(this.#context(call), call.id, call.outputs));
  }

  async invoke(call: Parameters<NonNullable<Provider["invoke"]>>[0]): Promise<Outputs> {
    const run = await functionOf(call.token);
    try {
      return { outputs: await run(this.#aws, call.args) };
    } catch (error) {
      throw new Error(`${call.token} failed: ${describe(error)}`, { cause: error });
    }
  }

  async #resource(type: string): Promise<AwsResource> {
    const resource = this.#resources.get(type) ?? (await resourceOf(type));
    this.#resources.set(type, resource);
    return resource;
  }

  #context(call: ResourceCall): Call {
    return { ...call, aws: this.#aws };
  }

  #tagsAll(inputs: Props): Props {
    return allTags(this.#aws.config.defaultTags, inputs);
  }

  /** What a preview can say; outputs that are left out count as unknown. */
  #planned(resource: AwsResource, inputs: Props, before: Props): Props {
    const tagsAll = hasUnknown(inputs["tags"]) ? UNKNOWN : this.#tagsAll(inputs);
    return { ...before, ...inputs, ...(resource.tagged === true ? { tagsAll } : {}) };
  }

  async #outputs(resource: AwsResource, context: Call, id: string, inputs: Props): Promise<Props> {
    const live = await this.#do("reading", context, () => resource.read(context, id, inputs));
    if (live === undefined)
      throw new Error(`${context.type} "${context.name}" (${id}) is gone right after it was made`);
    return { ...inputs, ...live };
  }

  async #do<T>(doing: string, call: ResourceCall, work: () => Promise<T>): Promise<T> {
    try {
      call.signal.throwIfAborted();
      return await work();
    } catch (error) {
      throw new Error(`${doing} ${call.type} "${call.name}" failed: ${describe(error)}`, { cause: error });
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
