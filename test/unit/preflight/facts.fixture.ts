import { manifestsOf } from "../../../settings/manifests.ts";
import { known, unknown } from "../../../preflight/fact.ts";
import type { AwsFacts, Facts, Intent, ProductionFacts } from "../../../preflight/facts.ts";
import { mirrorShape, type MirrorShape } from "../../../preflight/mirror.ts";
import { quotas, vcpuQuotaOf } from "../../../preflight/quotas.ts";
import { exampleSettings } from "../../components/settings.ts";

export const now = new Date("2026-11-24T00:00:00Z");
export const notAsked = unknown("ec2:DescribeThings was denied for arn:aws:iam::1:user/me", "allow it");
const zones = ["us-east-1a", "us-east-1b"];
const vcpus = (["on-demand", "spot"] as const).flatMap((market) => vcpuQuotaOf("m5.large", market) ?? []);
const limits = [...Object.values(quotas), ...vcpus];

/** What the tags of this stack's mirror say of its owner, and those of another's. */
export const me = { id: "me", stack: "shop", cluster: "mirror.k8s.example.com" };
export const you = { id: "you", stack: "other", cluster: "mirror.k8s.example.com" };

/** The mirror of the example's settings, with more in the spec of its nodes than these can say. */
export function shapeWith(nodes: Readonly<Record<string, unknown>>): MirrorShape {
  const manifests = manifestsOf(exampleSettings()) as readonly { readonly spec?: Readonly<Record<string, unknown>> }[];
  return mirrorShape(
    manifests.map((one) => (one.spec?.["role"] === "Node" ? { ...one, spec: { ...one.spec, ...nodes } } : one)),
  );
}

/** A clean production, a clean account and a mirror of its own, with changes. */
export function factsOf(
  changes: {
    intent?: Partial<Intent>;
    production?: Partial<ProductionFacts>;
    aws?: Partial<AwsFacts>;
    kopsVersion?: Facts["kopsVersion"];
    manifests?: Facts["manifests"];
  } = {},
): Facts {
  return {
    intent: {
      stack: "shop",
      clusterName: "mirror.k8s.example.com",
      bucket: "example-store",
      region: "us-east-1",
      fromVersion: "1.34.3",
      toVersion: "1.35.0",
      mirror: mirrorShape(manifestsOf(exampleSettings())),
      serviceAccounts: [],
      network: { cidr: "172.20.0.0/16" },
      dns: { mode: "private", zone: "k8s.example.com" },
      tags: {},
      adminAccess: ["203.0.113.0/24"],
      production: { clusterName: "prod.example.com" },
      appReplicas: 3,
      forecastMinutes: 60,
      owner: "me",
      ...changes.intent,
    },
    kopsVersion: changes.kopsVersion ?? known("1.35.0"),
    manifests: changes.manifests ?? known([]),
    production: {
      version: known("v1.34.3"),
      kubelets: known([{ node: "n1", version: "v1.34.3" }]),
      requestedApis: known([]),
      budgets: known([{ name: "shop/web", disruptionsAllowed: 1, expectedPods: 3, currentHealthy: 3 }]),
      workloads: known([{ kind: "Deployment", name: "shop/web", replicas: 3 }]),
      systemPods: known([
        { name: "coredns-1", phase: "Running", ready: true },
        { name: "job-1", phase: "Succeeded", ready: false },
      ]),
      ...changes.production,
    },
    aws: {
      credentials: known({ principal: "arn:aws:iam::1:user/me", temporary: false, renewable: false }),
      offerings: known(
        new Map([
          ["m5.large", zones],
          ["m5.xlarge", zones],
        ]),
      ),
      instanceTypes: known(
        new Map([
          ["m5.large", { architectures: ["x86_64"], vcpus: 2, enaRequired: true }],
          ["m5.xlarge", { architectures: ["x86_64"], vcpus: 4, enaRequired: true }],
        ]),
      ),
      images: new Map(),
      quotas: new Map(limits.map(({ code }) => [code, known(100)])),
      usage: {
        vcpus: known(new Map()),
        gp3Gib: known(0),
        addresses: known(0),
        vpcs: known(0),
        internetGateways: known(0),
        networkLoadBalancers: known(0),
        natGateways: known(0),
      },
      vpc: known({ cidrs: ["172.20.0.0/16"], ipv6Cidrs: [], egressOnlyGateways: [], subnets: [] }),
      bucket: known({ is: "free" }),
      zones: known([]),
      records: known([]),
      tagged: known([]),
      identities: known([]),
      interruptions: known([]),
      discoveryBucket: known({ is: "free" }),
      ...changes.aws,
    },
  };
}
