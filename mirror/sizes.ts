import type { Manifest } from "../kops/manifest.ts";
import { isRecord } from "./production.ts";
import type { MirrorSettings } from "./settings.ts";

/** Annotation of a mirror's group with production's sizes, `minSize/maxSize`: scaling again starts from there. */
export const scaledFrom = "kops-upgrade-rehearsal/scaled-from";

/** A group's sizes; kops' defaults where there are none. */
export interface Sizes {
  readonly minSize: number | undefined;
  readonly maxSize: number | undefined;
}

/** Production's sizes of a group, also when the group is a mirror's. */
export function productionSizes(group: Manifest): Sizes {
  const [min, max] = remembered(group, scaledFrom);
  const spec = recordAt(group, "spec");
  return {
    minSize: min ?? count(spec["minSize"]),
    maxSize: max ?? count(spec["maxSize"]),
  };
}

/**
 * The mirror's sizes of a group. The control plane is never made smaller, since its number decides about etcd's majority;
 * a group that production may scale to nothing has the minimum too, so that it is rehearsed.
 */
export function groupSizes(group: Manifest, mirror: MirrorSettings): Sizes {
  const { minSize, maxSize } = productionSizes(group);
  if (isControlPlane(group)) return { minSize, maxSize };
  const mayHaveAny = (maxSize ?? minSize ?? 1) > 0;
  const scaledMin = scaledCount(minSize, mirror, mayHaveAny ? (mirror.minimum ?? 1) : 0);
  const least = Math.min(Number(scaledMin ?? 0), maxSize ?? Number.MAX_SAFE_INTEGER);
  const scaledMax = scaledCount(maxSize, mirror, least);
  return {
    minSize: minSize === undefined ? undefined : least,
    maxSize: maxSize === undefined ? undefined : Number(scaledMax),
  };
}

/** A number of instances, scaled and rounded up; what is no number stays as it is. */
export function scaledCount(size: unknown, { scale = 1 }: MirrorSettings, least: number): unknown {
  // Without the rounding 10 x 0.3 = 3.0000000000000004 would be 4.
  return typeof size === "number" ? Math.max(least, Math.ceil(Number((size * scale).toFixed(6)))) : size;
}

interface SizeInput {
  readonly manifest: Manifest;
  readonly mirror: MirrorSettings;
}

/** What `scaledFrom` says: nothing where nothing was scaled. */
export function rememberedSize(_original: unknown, input: SizeInput): string | undefined {
  return memory(productionSizes(input.manifest), groupSizes(input.manifest, input.mirror));
}

function memory(before: Sizes, after: Sizes): string | undefined {
  const same = before.minSize === after.minSize && before.maxSize === after.maxSize;
  return same ? undefined : `${before.minSize ?? ""}/${before.maxSize ?? ""}`;
}

function remembered(manifest: Manifest, annotation: string): (number | undefined)[] {
  const text = recordAt(recordAt(manifest, "metadata"), "annotations")[annotation];
  return typeof text === "string" ? text.split("/").map((size) => (size === "" ? undefined : Number(size))) : [];
}

/** Annotation with production's sizes of a warm pool, for the same reason. */
export const warmPoolFrom = "kops-upgrade-rehearsal/warm-pool-scaled-from";

/** Production's sizes of the warm pool of a group, or of all groups (in the Cluster). */
function productionWarmPool(manifest: Manifest): Sizes {
  const [min, max] = remembered(manifest, warmPoolFrom);
  const spec = recordAt(manifest, "spec");
  const { minSize, maxSize } = {
    ...recordAt(recordAt(recordAt(spec, "cloudProvider"), "aws"), "warmPool"),
    ...recordAt(spec, "warmPool"),
  };
  return { minSize: min ?? count(minSize), maxSize: max ?? count(maxSize) };
}

/** The mirror's sizes of a warm pool, which may be empty. */
export function warmPoolSizes(manifest: Manifest, mirror: MirrorSettings): Sizes {
  const { minSize, maxSize } = productionWarmPool(manifest);
  return { minSize: count(scaledCount(minSize, mirror, 0)), maxSize: count(scaledCount(maxSize, mirror, 0)) };
}

export function rememberedWarmPool(_original: unknown, input: SizeInput): string | undefined {
  return memory(productionWarmPool(input.manifest), warmPoolSizes(input.manifest, input.mirror));
}

/** v1alpha2 calls it Master. */
export function isControlPlane(group: Manifest): boolean {
  return /^(master|control-?plane)$/i.test(String(recordAt(group, "spec")["role"]));
}

function recordAt(value: unknown, name: string): Record<string, unknown> {
  const inner = isRecord(value) ? value[name] : undefined;
  return isRecord(inner) ? inner : {};
}

const count = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);
