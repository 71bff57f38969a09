import type { Tags } from "./tags.ts";

/** Kinds of resources, in the order in which they can be deleted: what uses others goes before them. */
export const kinds = [
  "auto-scaling-group",
  "event-rule",
  "queue",
  "classic-load-balancer",
  "load-balancer",
  "target-group",
  "instance",
  "launch-template",
  "key-pair",
  "natgateway",
  "volume",
  "network-interface",
  "elastic-ip",
  "security-group",
  "subnet",
  "route-table",
  "internet-gateway",
  "egress-only-internet-gateway",
  "vpc",
  "dhcp-options",
  "instance-profile",
  "role",
  "oidc-provider",
  "dns-record",
  "hosted-zone",
  "bucket",
] as const;
export type Kind = (typeof kinds)[number];

/** A resource of AWS with its tags. */
export interface Found {
  /** One of `kinds`; another one is listed, and left for a person. */
  readonly kind: string;
  /** What the API takes: an id, a name, an ARN or a URL. */
  readonly id: string;
  /** What a person calls it: its `Name`, or the id itself. */
  readonly name: string;
  readonly tags: Tags;
}
