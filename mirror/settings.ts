/** What a mirror does not take from production. */
export interface MirrorSettings {
  /** The mirror's name, a DNS name. */
  readonly name: string;
  /** `s3://bucket`, the mirror's state store. */
  readonly stateStore: string;
  readonly network: {
    /** VPC to build in; kops makes one when absent. */
    readonly id?: string | undefined;
    /** The VPC's, apart from production's. */
    readonly cidr: string;
    /** CIDRs of all subnets with IPv4 by the names that production gives them. Default: parts of the network. */
    readonly subnets?: Readonly<Record<string, string>> | undefined;
  };
  /** Hosted zone (name or id). Absent: the cluster has none, as with gossip or without DNS. */
  readonly dnsZone?: string | undefined;
  /** How clients find the API server. Default: as in production. */
  readonly dnsType?: "Public" | "Private" | "None" | undefined;
  /** kops channel. Default: production's. */
  readonly channel?: string | undefined;
  readonly kubernetesVersion?: string | undefined;
  /** Sizes of instance groups are multiplied by it and rounded up; never the control plane's. Default 1. */
  readonly scale?: number | undefined;
  /** Least size of a group that production allows to have instances. Default 1. */
  readonly minimum?: number | undefined;
  /** Tags of all cloud resources, in place of production's. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** CIDRs that may reach the API server; and instances over SSH. Default: nobody. */
  readonly adminAccess?: readonly string[] | undefined;
  readonly sshAccess?: readonly string[] | undefined;
  /** `s3://bucket/path` that anyone may read, for the keys of service accounts (IRSA). Absent: it is not mirrored. */
  readonly discoveryStore?: string | undefined;
  /** ARN of the permissions boundary of the roles that kops makes. */
  readonly permissionsBoundary?: string | undefined;
}
