import { z } from "zod";
import { priceListSchema } from "../cost/prices.ts";
import { fidelitySchema } from "../analysis/fidelity.ts";
import { preflightSchema } from "./preflight/config.ts";

/** A duration as kops and Go write it: `15s`, `10m`, `1h30m`. */
export const goDuration = z.string().regex(/^(\d+(\.\d+)?(ms|s|m|h))+$/, "a duration such as 15s, 10m or 1h30m");

/**
 * A Kubernetes cluster on which k6's own operator (grafana/k6-operator) runs the load generators, where one machine cannot
 * send enough. It must be neither the mirror nor production.
 */
export const generatorsSchema = z.object({
  /** File with access to the cluster: `~` is the home directory, else relative to the project. */
  kubeconfig: z.string().min(1),
  /** Context of the kubeconfig; absent: its current one. */
  context: z.string().min(1).optional(),
  /** An existing namespace. */
  namespace: z.string().min(1),
  /** How many k6 pods share the load. */
  parallelism: z.number().int().min(1),
  /** Each on a node of its own. */
  separate: z.boolean(),
  /** Image with k6, of the version that runs here. */
  image: z.string().min(1),
});

/** What the load generator sends; the same for the baseline and the upgrade. */
export const loadSchema = z.object({
  /** Requests per second over all connection habits. */
  rate: z.number().positive(),
  /** Length of the baseline in seconds; the upgrade's load lasts as long as the upgrade. */
  durationSeconds: z.number().positive(),
  /**
   * The article's `ab -n N -c C`: closed loops (C of them) instead of an arrival rate. The baseline sends N requests, the
   * upgrade's load as many as it takes.
   */
  requests: z.number().int().positive().optional(),
  concurrency: z.number().int().positive().default(10),
  /** Seconds at the start of both runs that are not judged. */
  warmupSeconds: z.number().min(0),
  /** Seconds that the upgrade's load goes on after kops has finished. */
  cooldownSeconds: z.number().min(0),
  requestTimeoutSeconds: z.number().positive(),
  /** Regular expression that the body of every answer must match; absent: any body that is not empty. */
  expectBody: z.string().optional(),
  /** Where several machines send; absent: one k6 on this machine. */
  generators: generatorsSchema.optional(),
});

/** What production is known by; no step may act on anything of this name. */
export const productionSchema = z.object({
  clusterName: z.string(),
  stateStore: z.string().optional(),
  zone: z.string().optional(),
  networkId: z.string().optional(),
  networkCidrs: z.array(z.string()).default([]),
});

/** Where the steps that own and delete the cluster find production's identity, as JSON. */
export const productionVariable = "REHEARSAL_PRODUCTION";

/** The owner's budgets; breaking one is UNSAFE. */
export const objectivesSchema = z.object({
  /** The longest interruption that is accepted, in ms. */
  maxOutageMs: z.number().min(0),
  /** The largest share of failed requests that is accepted, 0 to 1. */
  maxErrorRatio: z.number().min(0).max(1),
  /** The largest rise of p99 that is accepted, in ms and in percent of the baseline's; both must be exceeded to count. */
  maxP99IncreaseMs: z.number().min(0),
  maxP99IncreasePercent: z.number().min(0),
});

/** What a search for intervals may vary, each in rising order; the first roll is paced by `intervals`. */
export const searchSchema = z.object({
  /** Pauses after each node, control plane and nodes alike. */
  intervals: z.array(goDuration).min(1).readonly(),
  postDrainDelays: z.array(goDuration).readonly(),
  /** `spec.rollingUpdate.maxSurge` of the node groups. */
  maxSurges: z.array(z.number().int().min(1)).readonly(),
  /** Rolls in all, the first one included. */
  maxRolls: z.number().int().min(1),
  /**
   * How a cluster that is upgraded already is rolled again. `force`: `kops rolling-update --force` at the target version,
   * one roll. `upgrade`: back to the old version first, so that each roll is an upgrade; two rolls.
   */
  again: z.enum(["force", "upgrade"]),
});

/**
 * All that a step needs to know, as the Pulumi components hand it to `rehearsal step NAME` on standard input.
 * It holds no secret: credentials come from the environment, the kubeconfig is a file with mode 0600.
 */
export const rehearsalConfigSchema = z.object({
  stack: z.string(),
  /** Where runs are written; normally `.rehearsal/<stack>`, relative to the project. */
  runsDir: z.string(),
  clusterName: z.string(),
  /** `s3://bucket`, the kops state store. */
  stateStore: z.string().startsWith("s3://"),
  /** Whose the mirror is: the id in its tags and in its lock, see `ownership/`. Absent: nobody's in particular. */
  owner: z.string().optional(),
  region: z.string(),
  fromVersion: z.string(),
  toVersion: z.string(),
  /** kops channel: `stable`, `alpha`, a URL or a `file://` path. */
  channel: z.string().default("stable"),
  /** Overrides the API server's address for kops and kubectl, e.g. behind a bastion. */
  apiServer: z.url().optional(),
  /** The mirror's manifests (kops Cluster and InstanceGroups) at `fromVersion`. */
  manifests: z.array(z.record(z.string(), z.unknown())),
  /** Contents of the public SSH key for the nodes, if any. */
  sshPublicKey: z.string().optional(),
  /** Where requests go, e.g. `http://lb.example.com/hostname`. Empty until the app is deployed. */
  targetUrl: z.string().default(""),
  /** Fingerprint of what is deployed: another app is another measurement. */
  app: z.string().optional(),
  /** Raised when the same is to be rehearsed again; absent: 1. */
  attempt: z.number().int().min(1).optional(),
  load: loadSchema,
  objectives: objectivesSchema,
  intervals: z.object({
    controlPlane: goDuration,
    node: goDuration,
    postDrainDelay: goDuration,
    validationTimeout: goDuration,
    drainTimeout: goDuration,
    /** How many validations in a row must pass after each node. */
    validateCount: z.number().int().min(1),
  }),
  /** `staged`: control plane, nodes, prune; `legacy`: one update, one rolling update. */
  order: z.enum(["staged", "legacy"]).default("staged"),
  /** Adds a node while only the control plane is upgraded, as an autoscaler would; it must join. */
  skewProbe: z.boolean().default(false),
  /** Rolls again with gentler pacing until a roll disturbs nothing; absent: one roll with `intervals`. */
  search: searchSchema.optional(),
  /** kops `-v`. */
  verbosity: z.number().int().min(0).max(10),
  /** How the way back is rehearsed: stopped in the middle of the upgrade, or once it is done. */
  revert: z.object({ when: z.enum(["midRoll", "after", "asked"]), afterNodes: z.number().int().min(1) }).optional(),
  /** Time limit of a whole roll, in minutes. */
  rollTimeoutMinutes: z.number().positive(),
  /** When the roll does not go on: wait for kops's own time-outs (default), or do what the article does. */
  onBlocked: z.enum(["report", "unblock"]).optional(),
  /** How many nodes production has, for the schedule. */
  productionNodes: z.number().int().positive(),
  /** How far the manifests are like production's; absent where they are not derived from them. */
  fidelity: fidelitySchema.optional(),
  /**
   * Production's identity. The steps about the cluster as such are given it in the environment
   * (`REHEARSAL_PRODUCTION`): a changed standard input means another cluster to them.
   */
  production: productionSchema.optional(),
  /** What the mirror is made of that costs money, and prices that go before the table's; absent: no cost in the verdict. */
  cost: z
    .object({
      items: z.array(
        z.object({
          item: z.string(),
          quantity: z.number(),
          what: z.string(),
          unpriced: z.string().optional(),
        }),
      ),
      prices: z.array(priceListSchema),
    })
    .optional(),
  /** For the step `preflight` only. */
  preflight: preflightSchema.optional(),
});
export type RehearsalConfig = z.infer<typeof rehearsalConfigSchema>;
export type Load = z.infer<typeof loadSchema>;
export type Objectives = z.infer<typeof objectivesSchema>;

/** The steps of a rehearsal in their order. Each is idempotent: it looks at what is there before it acts. */
export const steps = [
  "preflight",
  "own",
  "apply",
  "kubeconfig",
  "baseline",
  "upgrade",
  "revert",
  "verdict",
  "delete",
] as const;
export type StepName = (typeof steps)[number];
