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
