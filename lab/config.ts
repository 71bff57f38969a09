import { z } from "zod";
import { defaultNodeOptions } from "./options.ts";

const milliseconds = z.number().int().min(0);

/** How fast a lab is; all in ms. */
export const labOptionsSchema = z.object({
  bootMs: milliseconds.default(defaultNodeOptions.bootMs),
  podStartMs: milliseconds.default(defaultNodeOptions.podStartMs),
  podReadyMs: milliseconds.optional(),
  lbDeregistrationMs: milliseconds.default(defaultNodeOptions.lbDeregistrationMs),
  lbHealthMs: milliseconds.optional(),
});

/** What may be chosen when a lab is started. */
export type LabOptions = z.input<typeof labOptionsSchema>;

/** All that the supervisor is told when it is started, as JSON on its command line. It holds no secret. */
export const labConfigSchema = z.object({
  dir: z.string(),
  /** The lab ends with the end of its standard input, that is, with its owner. */
  owned: z.boolean(),
  /** Folder with pulumi, kops, k6 and kubectl under their own names. */
  binDir: z.string(),
  /** The Python with moto. */
  python: z.string(),
  programs: z.object({
    etcd: z.string(),
    "kube-apiserver": z.string(),
    "kube-controller-manager": z.string(),
    "kube-scheduler": z.string(),
  }),
  /** Whether Pulumi finds the official plugins; else the lab's own stand in. */
  officialPlugins: z.boolean(),
  /** The cluster of stack `local`. */
  cluster: z.object({ clusterName: z.string(), stateStore: z.string() }),
  options: labOptionsSchema,
});
export type LabConfig = z.infer<typeof labConfigSchema>;
