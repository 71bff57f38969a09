import type { Fact } from "../../preflight/fact.ts";
import { known } from "../../preflight/fact.ts";
import { interrupted } from "../interrupt.ts";
import { unanswered } from "./aws-error.ts";

/** For one question with all its pages and retries. */
const limitMs = 60_000;

/** What every call of a client is given. */
export interface CallOptions {
  readonly abortSignal: AbortSignal;
}

/**
 * Asks AWS one question. What goes wrong becomes an unknown fact that says why, so that one denied action leaves the
 * other questions to be asked.
 *
 * @param action as IAM calls it, e.g. `ec2:DescribeSubnets`
 */
export async function ask<T>(action: string, call: (options: CallOptions) => Promise<T>): Promise<Fact<T>> {
  const abortSignal = AbortSignal.any([AbortSignal.timeout(limitMs), interrupted]);
  try {
    return known(await call({ abortSignal }));
  } catch (error) {
    interrupted.throwIfAborted();
    return unanswered(action, error);
  }
}

/** All items of all pages. */
export async function collect<P, T>(
  pages: AsyncIterable<P>,
  itemsOf: (page: P) => readonly T[] | undefined,
): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...(itemsOf(page) ?? []));
  return all;
}
