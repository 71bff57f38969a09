import { rememberedWarmPool, warmPoolFrom, warmPoolSizes } from "../sizes.ts";
import { own, scaled } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** Of a group, or of all groups. */
export const warmPool: readonly Rule[] = [
  scaled(
    "scaled like the groups",
    "spec.warmPool.minSize",
    (_, { manifest, mirror }) => warmPoolSizes(manifest, mirror).minSize,
  ),
  scaled(
    "scaled like the groups",
    "spec.warmPool.maxSize",
    (_, { manifest, mirror }) => warmPoolSizes(manifest, mirror).maxSize,
  ),
  own("remembers production's size", `metadata.annotations["${warmPoolFrom}"]`, rememberedWarmPool),
];
