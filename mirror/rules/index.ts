import type { Manifest } from "../../kops/manifest.ts";
import { covers, matches } from "../path.ts";
import type { Path } from "../path.ts";
import { addons } from "./addons.ts";
import { components } from "./components.ts";
import { group } from "./group.ts";
import { identity } from "./identity.ts";
import { clusterMetadata, groupMetadata } from "./metadata.ts";
import { network } from "./network.ts";
import type { Rule } from "./rule.ts";

const clusterRules: readonly Rule[] = [...clusterMetadata, ...components, ...network, ...identity, ...addons];
const groupRules: readonly Rule[] = [...groupMetadata, ...group];

/** The rules for the fields of a Cluster or of an InstanceGroup. */
export function rulesFor(manifest: Manifest): readonly Rule[] {
  return manifest["kind"] === "Cluster" ? clusterRules : groupRules;
}

/** The rule for exactly this field. */
export function ruleAt(rules: readonly Rule[], path: Path): Rule | undefined {
  return rules.find((rule) => matches(rule.field, path));
}

/** The rule for the nearest field above, or this field. */
export function ruleOver(rules: readonly Rule[], path: Path): Rule | undefined {
  return rules
    .filter((rule) => covers(rule.field, path))
    .reduce<Rule | undefined>(
      (best, rule) => (best && best.field.length >= rule.field.length ? best : rule),
      undefined,
    );
}
