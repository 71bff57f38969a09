import type { ServiceAccount } from "../kops/names.ts";
import type { Fact } from "./fact.ts";
import type { MirrorShape } from "./mirror.ts";
import type { ProductionIdentity } from "./production.ts";

/** What the settings say: known without asking anybody. */
export interface Intent {
  /** Name of the Pulumi stack. */
  readonly stack: string;
  readonly clusterName: string;
  /** Name of the state store's bucket. */
  readonly bucket: string;
  readonly region: string;
  readonly fromVersion: string;
  readonly toVersion: string;
  readonly mirror: MirrorShape;
  /** For the keys of service accounts; absent where none has a role of its own. */
  readonly discoveryBucket?: string | undefined;
  /** Those of the mirror that have IAM roles of their own. */
  readonly serviceAccounts: readonly ServiceAccount[];
  readonly network: { readonly id?: string | undefined; readonly cidr: string };
  readonly dns: { readonly mode: "new" | "existing" | "private" | "none"; readonly zone?: string | undefined };
  readonly tags: Readonly<Record<string, string>>;
  /** Where the API server is found instead of at its own address. */
  readonly apiServer?: string | undefined;
  /** Networks that may reach the API server. */
  readonly adminAccess: readonly string[];
  readonly production: ProductionIdentity;
  /** Replicas of the sample app; absent when the user's own manifests are served. */
  readonly appReplicas?: number | undefined;
  /** How long the rehearsal takes at least, in minutes. */
  readonly forecastMinutes: number;
  /** Id of this stack's ownership; absent before the first `pulumi up`. */
  readonly owner?: string | undefined;
}

/** An object of the user's manifests. */
export interface ManifestObject {
  readonly file: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

export interface Budget {
  /** `namespace/name`. */
  readonly name: string;
  readonly disruptionsAllowed: number;
  readonly expectedPods: number;
  readonly currentHealthy: number;
}

export interface Workload {
  readonly kind: string;
  /** `namespace/name`. */
  readonly name: string;
  readonly replicas: number;
}

export interface SystemPod {
  readonly name: string;
  readonly phase: string;
  readonly ready: boolean;
  /** Name of its priority class. */
  readonly priority?: string | undefined;
}

/** A row of the metric `apiserver_requested_deprecated_apis`. */
export interface RequestedApi {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  /** `1.32`; empty when no removal is planned. */
  readonly removedRelease: string;
}

/** Read from production's API server, if a kubeconfig is given. */
export interface ProductionFacts {
  /** Of the API server, e.g. `v1.34.3`. */
  readonly version: Fact<string>;
  readonly kubelets: Fact<readonly { node: string; version: string }[]>;
  readonly requestedApis: Fact<readonly RequestedApi[]>;
  readonly budgets: Fact<readonly Budget[]>;
  readonly workloads: Fact<readonly Workload[]>;
  readonly systemPods: Fact<readonly SystemPod[]>;
}

export interface InstanceType {
  readonly architectures: readonly string[];
  readonly vcpus: number;
  /** It only runs images with the driver of the Elastic Network Adapter. */
  readonly enaRequired: boolean;
}

export interface Image {
  readonly architecture: string;
  readonly state: string;
  readonly ena: boolean;
}

export interface Subnet {
  readonly id: string;
  readonly zone: string;
  readonly cidr: string;
  readonly freeAddresses: number;
  /** Value of the tag `KubernetesCluster`. */
  readonly cluster?: string | undefined;
}

export interface Vpc {
  readonly cidrs: readonly string[];
  readonly ipv6Cidrs: readonly string[];
  /** Egress-only internet gateways of the region, whatever their VPC; empty where the mirror has no IPv6, and nobody asked. */
  readonly egressOnlyGateways: readonly { readonly id: string; readonly vpcId: string }[];
  readonly subnets: readonly Subnet[];
}

/** What the ownership tags of something say. */
export interface Owner {
  /** Of the ownership, see `Ownership`. */
  readonly id: string;
  readonly stack: string;
  readonly cluster: string;
}

/** Something that has the mirror's name, as a tag or in its own. */
export interface Named {
  /** e.g. `vpc/vpc-0123`. */
  readonly id: string;
  /** Absent: it carries no ownership tag. */
  readonly owner?: Owner | undefined;
}

export interface Credentials {
  /** Who AWS takes us for. */
  readonly principal: string;
  /** Absent: they do not expire, or nobody says when. */
  readonly expiration?: Date | undefined;
  readonly temporary: boolean;
  /** The AWS SDK renews them by itself. */
  readonly renewable: boolean;
}

/** AWS does not take the credentials, or there are none; what was said. */
export interface Refused {
  readonly refused: string;
}

/** How much of what a quota limits is in use. */
export interface Usage {
  /** vCPUs of running instances, On-Demand and spot, by the quota's code. */
  readonly vcpus: Fact<ReadonlyMap<string, number>>;
  readonly gp3Gib: Fact<number>;
  readonly addresses: Fact<number>;
  readonly vpcs: Fact<number>;
  readonly internetGateways: Fact<number>;
  readonly networkLoadBalancers: Fact<number>;
  /** NAT gateways in the zone that has the most of them. */
  readonly natGateways: Fact<number>;
}

/** The state store's bucket: not there, not to be looked at, or there and this account's. */
export type Bucket =
  | { readonly is: "free" }
  | {
      readonly is: "denied";
      /** With action, principal and AWS's words, a line each. */
      readonly evidence: readonly string[];
      /** Whether it is among this account's buckets; undefined when that was not told. */
      readonly listed?: boolean | undefined;
    }
  | { readonly is: "ours"; readonly owner?: Owner | undefined };

export interface AwsFacts {
  readonly credentials: Fact<Credentials | Refused>;
  /** Zones in which an instance type is offered. */
  readonly offerings: Fact<ReadonlyMap<string, readonly string[]>>;
  readonly instanceTypes: Fact<ReadonlyMap<string, InstanceType>>;
  /** By the name in the manifests; undefined for one that AWS does not know. */
  readonly images: ReadonlyMap<string, Fact<Image | undefined>>;
  /** By quota code. */
  readonly quotas: ReadonlyMap<string, Fact<number>>;
  readonly usage: Usage;
  /** Of the given VPC; undefined when there is none of that id. Known and without anything when none is given. */
  readonly vpc: Fact<Vpc | undefined>;
  readonly bucket: Fact<Bucket>;
  /** For the keys of service accounts; known and free where none is needed. */
  readonly discoveryBucket: Fact<Bucket>;
  /** Hosted zones of the name in the settings. */
  readonly zones: Fact<readonly { id: string; private: boolean; owner?: Owner | undefined }[]>;
  /** Names of the records of the mirror's API in those zones. */
  readonly records: Fact<readonly string[]>;
  /** All that carries the mirror's name as its cluster. */
  readonly tagged: Fact<readonly Named[]>;
  /** Roles and instance profiles of the names that kops gives to a cluster's. */
  readonly identities: Fact<readonly Named[]>;
  /** Queues and event rules that kops takes for a cluster's, by what their names begin with. */
  readonly interruptions: Fact<readonly Named[]>;
}

/** All that the checks look at. */
export interface Facts {
  readonly intent: Intent;
  /** `kops version`. */
  readonly kopsVersion: Fact<string>;
  readonly manifests: Fact<readonly ManifestObject[]>;
  readonly production: ProductionFacts;
  readonly aws: AwsFacts;
}
