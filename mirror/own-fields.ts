import type { Manifest } from "../kops/manifest.ts";
import { isRecord } from "./production.ts";
import type { Rule, RuleInput } from "./rules/rule.ts";
import { placeOf } from "./versions.ts";

/** Adds to a mirror's manifest what production has not and the mirror needs. */
export function addOwn(
  manifest: Manifest,
  rules: readonly Rule[],
  apiVersion: string,
  input: Omit<RuleInput, "parent">,
): void {
  for (const rule of rules) {
    if (rule.always !== true) continue;
    const place = placeOf(
      apiVersion,
      rule.field.map((part) => (part === "[]" ? -1 : part)),
    );
    add(
      manifest,
      place.map((part) => (part === -1 ? "[]" : String(part))),
      rule,
      input,
    );
  }
}

function add(
  value: unknown,
  [name = "", ...rest]: readonly string[],
  rule: Rule,
  input: Omit<RuleInput, "parent">,
): void {
  if (name === "[]") {
    if (Array.isArray(value)) for (const item of value) add(item, rest, rule, input);
    return;
  }
  if (!isRecord(value)) return;
  if (rest.length === 0) {
    if (value[name] !== undefined) return;
    const own = rule.value?.(undefined, { ...input, parent: value });
    if (own !== undefined) value[name] = own;
    return;
  }
  if (value[name] !== undefined || rest.includes("[]")) return add(value[name], rest, rule, input);
  const inner: Record<string, unknown> = {};
  add(inner, rest, rule, input);
  if (Object.keys(inner).length > 0) value[name] = inner;
}
