import type { ServiceAccount } from "../kops/names.ts";
import type { DnsMode } from "../kops/spec.ts";

/** What of a stack its policies are limited to. */
export interface PolicyParameters {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** Name of the mirror. */
  readonly clusterName: string;
  /** Bucket of the mirror's state store. */
  readonly bucket: string;
  readonly dns: {
    readonly mode: DnsMode;
    readonly zone?: string | undefined;
    readonly parentZone?: string | undefined;
  };
  /** The API server is behind a load balancer, as it is without DNS records. */
  readonly apiLoadBalancer: boolean;
  /** `s3://bucket/path` for the keys of service accounts that have roles of their own; absent: none has. */
  readonly discoveryStore?: string | undefined;
  /** Those accounts; needed of the ones whose roles have names that kops cuts off, see `serviceAccountRole`. */
  readonly serviceAccounts?: readonly ServiceAccount[] | undefined;
  /** Existing VPC that the mirror is built in; absent: it has one of its own. */
  readonly networkId?: string | undefined;
  /** ARN of the permissions boundary that every role must have. */
  readonly permissionsBoundary?: string | undefined;
  /** Where Pulumi keeps the stack's state, if it is in AWS as well. */
  readonly pulumi?: { readonly backend?: string | undefined; readonly kmsKey?: string | undefined } | undefined;
  /** The cluster's folder in production's state store, `s3://bucket/path/cluster`; absent: it is not read from there. */
  readonly production?: string | undefined;
}

/** Bucket and path of `s3://bucket/some/path`. */
export function splitUrl(url: string): { bucket: string; path: string } {
  const [bucket = "", ...path] = url.replace(/^s3:\/\//, "").split("/");
  return { bucket, path: path.filter((part) => part !== "").join("/") };
}

/** The partition of AWS that a region is in: the first part of every ARN. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
