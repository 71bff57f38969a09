import { z } from "zod";
import { networkings } from "../kops/networking.ts";
import { priceEntries } from "../cost/prices.ts";
import { waiversSchema } from "../mirror/waivers.ts";
import { acceptable } from "../preflight/names.ts";
import { generatorsSchema, goDuration, loadSchema, objectivesSchema, searchSchema } from "../rehearsal/config.ts";

/** Values at the top level of a stack file arrive as text; inside of objects they keep their type. */
const int = z.preprocess(asNumber, z.number().int());
const zone = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/);
const cidr = z.string();
const dnsName = z
  .string()
  .regex(/^(?=.{1,253}$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)+$/);
const label = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
const bucket = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/);
const zones = z.array(zone).min(1);
const vpcId = z.string().regex(/^vpc-[0-9a-f]+$/);
const stateStore = z.string().regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[\w./-]*)?$/);

const controlPlane = z.strictObject({
  size: z.string().min(1),
  zones,
  /** Default: one for each zone. Odd, so that etcd has a majority. */
  count: z.number().int().min(1).optional(),
  image: z.string().min(1).optional(),
});

const nodes = z.strictObject({
  size: z.string().min(1),
  zones,
  /** Default: one for each zone. */
  count: z.number().int().min(1).optional(),
  image: z.string().min(1).optional(),
});

const network = z.strictObject({
  /** Existing VPC; a new one is created when absent. */
  id: vpcId.optional(),
  cidr: cidr.default("172.20.0.0/16"),
  /**
   * CIDRs of the cluster's subnets by zone (by name, with `production.source`), for a VPC that has other subnets; default:
   * equal parts of `cidr`.
   */
  subnets: z.record(z.string().min(1), cidr).optional(),
});

const dns = z.strictObject({
  mode: z.enum(["new", "existing", "private", "none"]),
  zone: dnsName.optional(),
  /** Existing public zone in which `new` puts the delegation. */
  parentZone: dnsName.optional(),
});

const production = z.strictObject({
  /** What the mirror is made after: `s3://bucket/path/cluster`, or a file with what `kops get all -o yaml` printed. */
  source: z.string().min(1).optional(),
  /** Profile of the AWS configuration that reads `source`, and the region of its bucket. */
  profile: z.string().min(1).optional(),
  region: z.string().min(1).optional(),
  /** Sizes of groups are multiplied by it, rounded up; never the control plane's. */
  scale: z.number().positive().max(1).default(1),
  /** Least size of a group that production allows to have instances. */
  minimum: z.number().int().min(1).default(1),
  clusterName: dnsName.optional(),
  nodes: z.number().int().positive().optional(),
  stateStore: stateStore.optional(),
  networkId: vpcId.optional(),
  networkCidrs: z.array(cidr).default([]),
  zone: dnsName.optional(),
  /** File with manifests for the mirror besides the app's: copies of what runs in production. */
  fixtures: z.string().min(1).optional(),
  /** File with read-only access to production's API server, for the preflight checks. */
  kubeconfig: z.string().min(1).optional(),
});

const app = z.strictObject({
  image: z.string().min(1).default("registry.k8s.io/e2e-test-images/agnhost:2.53"),
  args: z.array(z.string()).default(["netexec", "--http-port=8080", "--udp-port=-1"]),
  namespace: label.default("rehearsal"),
  replicas: z.number().int().min(1).default(3),
  /** Port of the load balancer. */
  port: z.number().int().min(1).max(65535).default(80),
  /** Port of the container. */
  targetPort: z.number().int().min(1).max(65535).default(8080),
  /** What is requested. */
  path: z.string().startsWith("/").default("/hostname"),
  /** What the readiness and liveness probes request. */
  healthPath: z.string().startsWith("/").default("/healthz"),
  serviceAnnotations: z.record(z.string(), z.string()).default({}),
  /** How long a pod goes on serving after it was told to stop, while load balancers learn of it. */
  preStopSeconds: z.number().int().min(0).default(15),
  /** Longest time that a pod has to stop, the preStop sleep included. */
  terminationGraceSeconds: z.number().int().min(1).default(45),
  /** How many pods must stay; `none` lets all of them be evicted at once. */
  pdb: z
    .union([
      z.literal("none"),
      z.strictObject({ minAvailable: z.union([z.number().int().min(0), z.string().regex(/^\d{1,3}%$/)]) }),
    ])
    .default({ minAvailable: "50%" }),
  /** The user's own manifests (YAML files) instead of the sample app. */
  manifests: z.array(z.string().min(1)).default([]),
  /** Directory of a kustomization, or URL of one, instead of the sample app; rendered by `kubectl kustomize`. */
  kustomization: z.string().min(1).optional(),
  /** Helm chart instead of the sample app; rendered by `helm template` into `namespace`. */
  chart: z
    .strictObject({
      /** Path of a local chart (begins with . / or ~), `oci://…`, or a name in `repo`. */
      chart: z.string().min(1),
      /** URL of a chart repository. */
      repo: z.url().optional(),
      /** Needed unless the chart is local, so that a rehearsal can be repeated. */
      version: z.string().min(1).optional(),
      values: z.record(z.string(), z.unknown()).default({}),
    })
    .optional(),
  /** Load balancer Service of the user's own manifests, `namespace/name`; or where its requests go, a URL. */
  service: z
    .string()
    .regex(/^([a-z0-9-]+\/[a-z0-9-]+|https?:\/\/\S+)$/)
    .optional(),
});

const generators = z.strictObject({
  kubeconfig: generatorsSchema.shape.kubeconfig,
  context: generatorsSchema.shape.context,
  namespace: label.default("default"),
  parallelism: generatorsSchema.shape.parallelism.default(2),
  separate: generatorsSchema.shape.separate.default(true),
  /** The k6 that `make tools` installs. */
  image: generatorsSchema.shape.image.default("grafana/k6:1.8.1"),
});

const load = z.strictObject({
  rate: loadSchema.shape.rate.default(200),
  durationSeconds: loadSchema.shape.durationSeconds.default(300),
  requests: loadSchema.shape.requests,
  concurrency: loadSchema.shape.concurrency,
  warmupSeconds: loadSchema.shape.warmupSeconds.default(10),
  cooldownSeconds: loadSchema.shape.cooldownSeconds.default(10),
  requestTimeoutSeconds: loadSchema.shape.requestTimeoutSeconds.default(10),
  expectBody: loadSchema.shape.expectBody,
  /** Where several machines send; absent: this one alone. */
  generators: generators.optional(),
});

const objectives = z.strictObject({
  maxOutageMs: objectivesSchema.shape.maxOutageMs.default(1000),
  maxErrorRatio: objectivesSchema.shape.maxErrorRatio.default(0.001),
  maxP99IncreaseMs: objectivesSchema.shape.maxP99IncreaseMs.default(50),
  maxP99IncreasePercent: objectivesSchema.shape.maxP99IncreasePercent.default(50),
});

/** The article's: 15 s, more when the results are not similar, 10 minutes found reliable. */
const search = z.strictObject({
  intervals: searchSchema.shape.intervals.default(["15s", "1m", "5m", "10m"]),
  postDrainDelays: searchSchema.shape.postDrainDelays.default(["5s", "30s", "90s"]),
  maxSurges: searchSchema.shape.maxSurges.default([2]),
  maxRolls: searchSchema.shape.maxRolls.default(6),
  again: searchSchema.shape.again.default("force"),
});

const preflight = z.strictObject({
  /** Checks whose errors do not stop `pulumi up`. */
  accept: z.array(z.enum(acceptable)).default([]),
});

const intervals = z.strictObject({
  controlPlane: goDuration.default("15s"),
  node: goDuration.default("15s"),
  postDrainDelay: goDuration.default("5s"),
  validationTimeout: goDuration.default("15m"),
  drainTimeout: goDuration.default("15m"),
  validateCount: z.number().int().min(1).default(2),
  /** Rolls again with gentler pacing until a roll disturbs nothing; absent: one roll, paced by the above. */
  search: search.optional(),
});

/** Every setting of the project's namespace; the keys of a stack file. */
export const settingShapes = {
  clusterName: dnsName,
  kubernetesVersion: z.string().min(1).optional(),
  targetVersion: z.string().min(1),
  channel: z.string().min(1).optional(),
  stateStore: bucket,
  controlPlane: controlPlane.optional(),
  nodes: nodes.optional(),
  image: z.string().min(1).optional(),
  network: network.prefault({}),
  networking: z.enum(networkings).optional(),
  authorization: z.enum(["RBAC", "AlwaysAllow"]).optional(),
  sshPublicKey: z.string().min(1).optional(),
  adminAccess: z.array(cidr).min(1),
  sshAccess: z.array(cidr).default([]),
  permissionsBoundary: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:policy\/[\w+=,.@/-]+$/)
    .optional(),
  dns,
  production,
  waivers: waiversSchema.default([]),
  /** `s3://bucket/path` of the mirror's own that anyone may read, for the keys of service accounts. */
  discoveryStore: stateStore.optional(),
  apiServer: z.url({ protocol: /^https$/ }).optional(),
  app: app.prefault({}),
  load: load.prefault({}),
  objectives: objectives.prefault({}),
  /** `search` alone is a search with its defaults. */
  intervals: z.preprocess((value) => (value === "search" ? { search: {} } : value), intervals.prefault({})),
  order: z.enum(["staged", "legacy"]).default("staged"),
  skewProbe: z.preprocess(asBoolean, z.boolean()).default(false),
  rehearseRevert: z.enum(["never", "midRoll", "after"]).default("never"),
  revertAfterNodes: int.pipe(z.number().min(1)).default(2),
  attempt: int.pipe(z.number().min(1)).default(1),
  rollTimeoutMinutes: z.preprocess(asNumber, z.number().positive()).default(240),
  onBlocked: z.enum(["report", "unblock"]).default("report"),
  verbosity: int.pipe(z.number().min(0).max(10)).default(2),
  /** Prices that go before the table's: the path of a table like cost/prices.json, or items with their USD. */
  prices: z.union([z.string().min(1), priceEntries]).default({}),
  preflight: preflight.prefault({}),
  /** Hours after its creation at which the mirror is expired; default: what the rehearsal takes at most and a day. */
  ttlHours: z.preprocess(asNumber, z.number().min(1)).optional(),
  tags: z.record(z.string().min(1), z.string()).default({}),
} as const;

export type SettingName = keyof typeof settingShapes;
export type ParsedSettings = { -readonly [K in SettingName]: z.infer<(typeof settingShapes)[K]> };

function asBoolean(value: unknown): unknown {
  return value === "true" ? true : value === "false" ? false : value;
}

function asNumber(value: unknown): unknown {
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}
