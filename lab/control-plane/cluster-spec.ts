import { parse } from "yaml";
import { z } from "zod";

/** What the control plane has to know of a kops cluster. */
export interface ClusterNetwork {
  readonly serviceRange: string;
  readonly podRange: string;
  /** As kube-apiserver's `--authorization-mode` takes it. */
  readonly authorization: "RBAC" | "AlwaysAllow";
  readonly serviceAccountIssuer: string;
  /** API versions that are served besides, or instead of, those that are by default: `networking.k8s.io/v1beta1`: "true". */
  readonly runtimeConfig: Readonly<Record<string, string>>;
}

const clusterSchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    nonMasqueradeCIDR: z.string().optional(),
    serviceClusterIPRange: z.string().optional(),
    podCIDR: z.string().optional(),
    authorization: z.record(z.string(), z.unknown()).optional(),
    kubeControllerManager: z.object({ clusterCIDR: z.string().optional() }).optional(),
    kubeAPIServer: z
      .object({
        serviceAccountIssuer: z.string().optional(),
        runtimeConfig: z.record(z.string(), z.string()).optional(),
      })
      .optional(),
  }),
});

const defaultRange = "100.64.0.0/10";

/** The n-th of the 2^bits equal parts of an IPv4 range. */
function part(range: string, bits: number, n: number): string {
  const [base = "", length = ""] = range.split("/");
  const size = 2 ** (32 - Number(length) - bits);
  const start = base.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0) + n * size;
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
  return `${octets.join(".")}/${Number(length) + bits}`;
}

/**
 * Reads a Cluster as kops keeps it in the state store under `config`. What it does not say, kops derives the same way:
 * services get the first eighth of the non-masquerade range, pods its second half.
 */
export function parseCluster(text: string): ClusterNetwork {
  const { metadata, spec } = clusterSchema.parse(parse(text));
  const range = spec.nonMasqueradeCIDR ?? defaultRange;
  return {
    serviceRange: spec.serviceClusterIPRange ?? part(range, 3, 0),
    podRange: spec.kubeControllerManager?.clusterCIDR ?? spec.podCIDR ?? part(range, 1, 1),
    authorization: spec.authorization && "alwaysAllow" in spec.authorization ? "AlwaysAllow" : "RBAC",
    serviceAccountIssuer: spec.kubeAPIServer?.serviceAccountIssuer ?? `https://api.internal.${metadata.name}`,
    runtimeConfig: spec.kubeAPIServer?.runtimeConfig ?? {},
  };
}
