/** An IAM policy document, as far as these policies go. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Condition;
}

/** Operator, key, values. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** On what, and under which condition, actions are allowed. */
export interface Scope {
  readonly resources: readonly string[];
  readonly condition?: Condition | undefined;
}

/** Actions that are allowed together. */
export interface Grant {
  /** Letters and digits; the statement's Sid. */
  readonly name: string;
  readonly scope: Scope;
  readonly actions: readonly string[];
  /**
   * Actions that no rehearsal in the lab calls, with the reason why they are needed nevertheless. A test holds that every
   * other action is called.
   */
  readonly unseen?: Readonly<Record<string, string>>;
}

export function allActions({ actions, unseen = {} }: Grant): string[] {
  return [...actions, ...Object.keys(unseen)].sort();
}

/** A grant as a statement; undefined when nothing is left to allow. */
export function statement(grant: Grant): Statement | undefined {
  const { resources, condition } = grant.scope;
  const Action = allActions(grant);
  if (Action.length === 0 || resources.length === 0) return undefined;
  const base = { Sid: grant.name, Effect: "Allow", Action, Resource: resources } as const;
  return condition === undefined ? base : { ...base, Condition: condition };
}
