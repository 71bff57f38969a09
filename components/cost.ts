import { estimate, notCounted } from "../cost/estimate.ts";
import { inventory } from "../cost/inventory.ts";
import type { CostItem } from "../cost/inventory.ts";
import type { PriceList } from "../cost/prices.ts";
import { lineText, rateText, sourcesOf, unknownText, usdText } from "../cost/words.ts";
import { manifestsOf } from "../settings/manifests.ts";
import type { Settings } from "../settings/parse.ts";
import type { KubernetesManifest } from "./kubernetes-object.ts";

/** What a reviewer of a preview wants to know of the money, in words. */
export interface CostPlan {
  readonly perHour: string;
  /** For the least and the most time that the rehearsal can take, and for what the last one took. */
  readonly rehearsal: string;
  readonly items: readonly string[];
  /** Where the prices are from, and when they were true. */
  readonly prices: readonly string[];
  readonly notCounted: string;
}

/** What the mirror with its app is made of. Without manifests of the user's own, the sample app is what is served. */
export function costItems(settings: Settings, app: readonly KubernetesManifest[]): CostItem[] {
  const own = app.filter(
    ({ kind, spec }) => kind === "Service" && (spec as { type?: unknown } | undefined)?.type === "LoadBalancer",
  );
  const annotations =
    app.length > 0
      ? own.map(({ metadata }) => (metadata as { annotations?: Record<string, string> } | undefined)?.annotations ?? {})
      : [settings.app.serviceAnnotations];
  return inventory(manifestsOf(settings), annotations.map(loadBalancerKind));
}

/** Kubernetes' AWS cloud provider makes a Classic Load Balancer, unless it is told otherwise. */
function loadBalancerKind(annotations: Readonly<Record<string, string>>): "classic" | "network" {
  const type = annotations["service.beta.kubernetes.io/aws-load-balancer-type"];
  return type === undefined || type === "clb" ? "classic" : "network";
}

export function costPlan(
  items: readonly CostItem[],
  lists: readonly PriceList[],
  region: string,
  minutes: { readonly least: number; readonly most: number; readonly measured?: number | undefined },
): CostPlan {
  const least = estimate(items, lists, region, minutes.least / 60);
  const most = estimate(items, lists, region, minutes.most / 60);
  const { measured } = minutes;
  const before =
    measured === undefined
      ? ""
      : `; ${usdText(estimate(items, lists, region, measured / 60).usd)} if it takes as long as the last run`;
  const isKnown = least.unknown < least.lines.length;
  return {
    perHour: rateText(least),
    rehearsal: isKnown
      ? `${usdText(least.usd)} to ${usdText(most.usd)}${before}${unknownText(least.unknown)}`
      : `unknown; next: npx rehearsal prices --refresh --region ${region}`,
    items: least.lines.map(lineText),
    prices: sourcesOf(least),
    notCounted,
  };
}
