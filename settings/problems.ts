import type { z } from "zod";
import { referenceFor } from "./reference.ts";

/** One thing that is wrong with the settings. */
export interface Problem {
  /** e.g. `["controlPlane", "count"]`. */
  readonly path: readonly string[];
  readonly value: unknown;
  /** Half a sentence that goes on from the value: `is even; …`. */
  readonly what: string;
}

/** All problems of a stack's settings at once; nothing was created. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly problems: readonly Problem[];

  constructor(stack: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 setting is" : `${problems.length} settings are`;
    const list = problems.map((problem, i) => `  ${i + 1}. ${describe(problem)}`).join("\n");
    super(
      `${count} wrong in stack ${stack}; nothing was created.\n${list}\n` +
        `Correct them in Pulumi.${stack}.yaml; Pulumi.yaml describes every setting.`,
    );
    this.problems = problems;
  }
}

function describe({ path, value, what }: Problem): string {
  const { allowed, example } = referenceFor(path);
  const got = value === undefined ? "" : ` ${show(value)}`;
  return `${path.join(".")}:${got} ${what}. Allowed: ${allowed}. Example: ${example}`;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}

/** What the schema of one setting found, as problems. */
export function problemsOf(name: string, raw: unknown, issues: readonly z.core.$ZodIssue[]): Problem[] {
  return issues.flatMap((issue) => {
    const path = [name, ...issue.path.map(String)];
    const value = valueAt(raw, issue.path);
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: [...path, key],
        value: valueAt(raw, [...issue.path, key]),
        what: `is not a setting; ${name} knows no ${key}`,
      }));
    }
    if (value === undefined) return [{ path: withoutIndices(path), value, what: "is missing" }];
    return [{ path: withoutIndices(path), value, what: explain(issue) }];
  });
}

/** Array indices say nothing that the value does not say. */
function withoutIndices(path: readonly string[]): string[] {
  return path.filter((part) => !/^\d+$/.test(part));
}

function explain(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") return `has the wrong type; a ${issue.expected} is expected`;
  if (issue.code === "too_small") return `is too small; the least is ${bound(issue.minimum, issue.inclusive)}`;
  if (issue.code === "too_big") return `is too large; the most is ${bound(issue.maximum, issue.inclusive)}`;
  return "is not allowed";
}

function bound(limit: number | bigint, inclusive: boolean | undefined): string {
  return `${inclusive === false ? "not quite " : ""}${String(limit)}`;
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let value = raw;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
