/** Something that was asked, with its answer; or why there is none. An unanswered question never counts as an answer. */
export type Fact<T> =
  | { readonly known: true; readonly value: T }
  | {
      readonly known: false;
      /** Why, for a person: `ec2:DescribeSubnets was denied for arn:…`. */
      readonly why: string;
      /** What makes it known, e.g. the setting or the permission that is missing. */
      readonly enable: string;
    };

export function known<T>(value: T): Fact<T> {
  return { known: true, value };
}

export function unknown(why: string, enable: string): Fact<never> {
  return { known: false, why, enable };
}

/** The answer as something else; a question that has none still has none. */
export function mapFact<T, U>(fact: Fact<T>, map: (value: T) => U): Fact<U> {
  return fact.known ? known(map(fact.value)) : fact;
}

/** What takes two answers; without the first, or else the second, there is none. */
export function both<A, B, U>(one: Fact<A>, other: Fact<B>, combine: (one: A, other: B) => U): Fact<U> {
  if (!one.known) return one;
  return mapFact(other, (value) => combine(one.value, value));
}
