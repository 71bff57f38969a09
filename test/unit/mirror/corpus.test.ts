import { describe, expect, test } from "@jest/globals";
import { deriveMirror } from "../../../mirror/derive.ts";
import { fidelityOf, fidelityReport } from "../../../mirror/fidelity.ts";
import { identityProblems } from "../../../mirror/identity-check.ts";
import { leaves, showPath } from "../../../mirror/path.ts";
import { manifestsYaml } from "../../../rehearsal/manifests.ts";
import { corpus, identifiersIn } from "./corpus.ts";

const samples = corpus();

test("the corpus has clusters of many kinds", () => {
  expect(samples.length).toBeGreaterThanOrEqual(16);
});

describe.each(samples)("$name", ({ text, production, settings }) => {
  const mirror = deriveMirror(production, settings);
  const yaml = manifestsYaml(mirror.manifests);

  test("has a mirror without any identifier of production", () => {
    expect(identityProblems(production, settings)).toEqual([]);
    const identifiers = identifiersIn(text);
    expect(identifiers.length).toBeGreaterThan(4);
    expect(identifiers.filter((identifier) => yaml.includes(identifier))).toEqual([]);
    // Images are read from wherever production reads them, and nothing else names its account.
    const accounts = yaml.replaceAll(/\b\d{12}\.dkr\.ecr\./g, "").replaceAll("099720109477/", "");
    expect(accounts.match(/(?<!\d)(?!0{12})\d{12}(?!\d)/g) ?? []).toEqual([]);
  });

  test("has the same mirror each time, and the mirror is its own", () => {
    expect(deriveMirror(production, settings)).toEqual(mirror);
    const [cluster = {}, ...groups] = mirror.manifests;
    expect(deriveMirror({ cluster, groups, others: [] }, settings).manifests).toEqual(mirror.manifests);
  });

  test("is accounted for, field by field", () => {
    const all = [production.cluster, ...production.groups].flatMap((manifest) => leaves(manifest));
    expect(new Set(mirror.fields.map(({ object, path }) => `${object} ${showPath(path)}`)).size).toBe(all.length);
    expect(mirror.fields.filter(({ known }) => !known).map(({ path }) => showPath(path))).toEqual([]);
    const report = fidelityReport(fidelityOf(mirror.fields));
    expect(report.fields).toBe(all.length);
    expect(report.notMirrored).toBe(0);
  });
});
