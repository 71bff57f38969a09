import { mirrored, own, replaced, withoutIdentity } from "./rule.ts";
import type { Rule } from "./rule.ts";

const bookkeeping = withoutIdentity(
  "kops sets it when it writes the object",
  "metadata.creationTimestamp",
  "metadata.generation",
  "metadata.resourceVersion",
  "metadata.uid",
  "metadata.managedFields",
  "metadata.selfLink",
  "status",
);

export const clusterMetadata: readonly Rule[] = [
  ...mirrored("apiVersion", "kind", "metadata.labels", "metadata.annotations"),
  replaced("the mirror has its own name", "metadata.name", (_, { mirror }) => mirror.name),
  ...bookkeeping,
];

export const groupMetadata: readonly Rule[] = [
  ...mirrored("apiVersion", "kind", "metadata.name", "metadata.labels", "metadata.annotations"),
  own(
    "names the cluster that the group belongs to",
    'metadata.labels["kops.k8s.io/cluster"]',
    (_, { mirror }) => mirror.name,
  ),
  ...bookkeeping,
];
