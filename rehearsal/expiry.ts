import type { Verdict } from "../analysis/verdict-schema.ts";
import type { Manifest } from "../kops/manifest.ts";
import type { RehearsalConfig } from "./config.ts";
import { changedFields, fingerprint } from "./fingerprint.ts";

/** What a verdict has to hold for now. */
export interface Present {
  readonly nowMs: number;
  readonly maxAgeMs: number;
  /** The version that production has, and the target, by the stack's settings. */
  readonly fromVersion: string;
  readonly toVersion: string;
  /** What the mirror would be by the stack's settings. */
  readonly manifests: readonly Manifest[];
  /** Fingerprint of what would be deployed; undefined when it could not be told. */
  readonly app: string | undefined;
  /** Version of the kops at hand; undefined when there is none. */
  readonly kops: string | undefined;
}

const dayMs = 24 * 60 * 60_000;
/** Clocks of two machines may differ by so much. */
const clockToleranceMs = 60 * 60_000;
const mostFields = 8;

/**
 * Why a verdict no longer holds, one line for each thing that has changed; empty when it does.
 *
 * @param before the manifests and the app that were rehearsed; older runs do not say which app
 */
export function staleness(
  { rehearsed, fromVersion, toVersion }: Pick<Verdict, "rehearsed" | "fromVersion" | "toVersion">,
  before: Pick<RehearsalConfig, "manifests" | "app">,
  present: Present,
): string[] {
  if (rehearsed === undefined) return ["it does not say what it holds for: it is of an older version of this program"];
  const ageMs = present.nowMs - Date.parse(rehearsed.at);
  const stale: string[] = [];
  if (ageMs > present.maxAgeMs)
    stale.push(
      `it is ${days(ageMs)} old, of ${rehearsed.at.slice(0, 10)}; at most ${days(present.maxAgeMs)} are accepted`,
    );
  if (!(ageMs > -clockToleranceMs))
    stale.push(`it is of ${rehearsed.at}, which is yet to come: check this machine's clock`);
  if (plain(fromVersion) !== plain(present.fromVersion))
    stale.push(
      `the upgrade from ${fromVersion} was rehearsed; by the settings production is at ${present.fromVersion}`,
    );
  if (toVersion !== present.toVersion)
    stale.push(`${toVersion} was rehearsed; the settings' targetVersion is ${present.toVersion}`);
  if (present.kops !== undefined && present.kops !== rehearsed.kops)
    stale.push(`it was rehearsed with kops ${rehearsed.kops}; this is kops ${present.kops}`);
  if (rehearsed.fingerprint !== fingerprint(present.manifests))
    stale.push(...whatChanged(before.manifests, present.manifests));
  if (before.app !== undefined && present.app !== undefined && before.app !== present.app)
    stale.push("the app that was measured is another one than the settings describe");
  return stale;
}

function whatChanged(before: readonly Manifest[], after: readonly Manifest[]): string[] {
  const fields = changedFields(before, after);
  if (fields.length === 0) return ["the cluster that was rehearsed is another one than the settings describe"];
  const more = fields.length - mostFields;
  return [
    ...fields.slice(0, mostFields).map((field) => `the cluster has changed: ${field}`),
    ...(more > 0 ? [`and ${more} more fields`] : []),
  ];
}

/** kops takes versions with a v in front as well. */
const plain = (version: string): string => version.replace(/^v/, "");

function days(ms: number): string {
  const count = ms / dayMs;
  const rounded = count < 2 ? Number(count.toFixed(1)) : Math.floor(count);
  return `${rounded} ${rounded === 1 ? "day" : "days"}`;
}
