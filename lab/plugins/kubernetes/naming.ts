import { randomInt } from "node:crypto";
import { isObject, stringAt, type Props } from "../provider/values.ts";
import { annotation, merge } from "./objects.ts";

const autonamed = "pulumi.com/autonamed";
const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
const suffixLength = 8;

/** Whether the plugin chose the object's name. */
export function isAutonamed(object: Props): boolean {
  return annotation(object, autonamed) === "true";
}

/** Gives an object without a name one that begins with the resource's, or the one that it got before. */
export function withName(inputs: Props, oldInputs: Props | undefined, resourceName: string): Props {
  const metadata = inputs["metadata"] ?? {};
  // A name that is not known yet is one; so is a prefix for the API server.
  if (!isObject(metadata) || metadata["name"] !== undefined || metadata["generateName"] !== undefined) return inputs;
  const before =
    oldInputs !== undefined && isAutonamed(oldInputs) ? stringAt(oldInputs, ["metadata", "name"]) : undefined;
  const suffix = Array.from({ length: suffixLength }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
  const name = before ?? `${resourceName.toLowerCase()}-${suffix}`;
  return merge(inputs, { metadata: { name, annotations: { [autonamed]: "true" } } });
}
