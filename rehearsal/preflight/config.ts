import { z } from "zod";
import { checkNames } from "../../preflight/names.ts";

/** What the step `preflight` needs besides what every step is given. */
export const preflightSchema = z.object({
  network: z.object({ id: z.string().optional(), cidr: z.string() }),
  dns: z.object({ mode: z.enum(["new", "existing", "private", "none"]), zone: z.string().optional() }),
  tags: z.record(z.string(), z.string()),
  /** CIDRs that may reach the mirror's API server. */
  adminAccess: z.array(z.string()),
  /** Of the sample app; absent when the user's own manifests are served. */
  appReplicas: z.number().optional(),
  /** What the user's own manifests consist of. */
  objects: z.array(
    z.object({
      file: z.string(),
      apiVersion: z.string(),
      kind: z.string(),
      namespace: z.string(),
      name: z.string(),
      spec: z.record(z.string(), z.unknown()),
    }),
  ),
  /** Read-only access to production; relative to the project, `~` is the home directory. */
  kubeconfig: z.string().optional(),
  forecastMinutes: z.number(),
  /** Checks whose errors do not stop `pulumi up`. */
  accept: z.array(z.enum(checkNames)),
});
export type PreflightConfig = z.infer<typeof preflightSchema>;
