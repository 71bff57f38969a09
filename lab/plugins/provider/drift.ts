import { equal, isObject, type Props, type Value } from "./values.ts";

/**
 * What `pulumi refresh` is to show as inputs: each input as the user wrote it, unless the resource has changed there
 * since it was recorded; then as it is now. Without recorded outputs (an import) everything is as it is now.
 *
 * Comparing what was recorded with what is there, rather than inputs with what is there, leaves alone the spellings
 * that a service normalizes, e.g. `1000m` and `1`.
 */
export function inputsNow(inputs: Props, recorded: Props, live: Props): Props {
  const result: Props = {};
  for (const [key, input] of Object.entries(inputs)) {
    const now = valueNow(input, recorded[key], live[key]);
    if (now !== undefined) result[key] = now;
  }
  return result;
}

function valueNow(input: Value, recorded: Value | undefined, live: Value | undefined): Value | undefined {
  if (equal(recorded, live)) return input;
  if (isObject(input) && isObject(live)) return inputsNow(input, isObject(recorded) ? recorded : {}, live);
  return live;
}
