import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { diffProps, formatPath } from "../../../lab/plugins/provider/diff.ts";
import { inputsNow } from "../../../lab/plugins/provider/drift.ts";
import type { Props } from "../../../lab/plugins/provider/values.ts";

const json = fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<Props>;

describe("diffProps", () => {
  test("tells what is added, taken away and changed, leaf by leaf", () => {
    const changes = diffProps({ a: 1, b: { c: "x" }, l: [1, 2] }, { b: { c: "y", d: true }, l: [1] });
    expect(changes).toEqual([
      { path: ["a"], kind: "delete", replace: false },
      { path: ["b", "c"], kind: "update", replace: false },
      { path: ["b", "d"], kind: "add", replace: false },
      { path: ["l", 1], kind: "delete", replace: false },
    ]);
  });

  test("a change at, below or above an immutable path replaces; one beside it does not", () => {
    const paths = [["spec", "selector"]];
    const before = { spec: { selector: { app: "a" }, replicas: 1 } };
    const replaces = (after: Props): boolean[] => diffProps(before, after, paths).map((change) => change.replace);
    expect(replaces({ spec: { selector: { app: "b" }, replicas: 1 } })).toEqual([true]);
    expect(replaces({ spec: { selector: { app: "a" }, replicas: 2 } })).toEqual([false]);
    expect(replaces({})).toEqual([true]);
  });

  test("finds nothing between equal bags", () => {
    fc.assert(fc.property(json, (bag) => expect(diffProps(bag, structuredClone(bag))).toEqual([])));
  });

  test("finds as many changes in one direction as in the other", () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        const paths = (from: Props, to: Props) =>
          diffProps(from, to)
            .map(({ path }) => JSON.stringify(path))
            .sort();
        expect(paths(a, b)).toEqual(paths(b, a));
      }),
    );
  });
});

test("paths are written as Pulumi writes them", () => {
  expect(formatPath(["spec", "ports", 0, "port"])).toBe("spec.ports[0].port");
  expect(formatPath(["data", "app.conf"])).toBe('data["app.conf"]');
});

describe("inputsNow", () => {
  test("keeps the user's spelling of what has not changed since it was recorded", () => {
    const inputs = { cpu: "1000m", tags: { a: "1" } };
    const recorded = { cpu: "1", tags: { a: "1" }, arn: "x" };
    expect(inputsNow(inputs, recorded, { ...recorded })).toEqual(inputs);
  });

  test("shows what someone else has changed or taken away, and only that", () => {
    const recorded = { cpu: "1", tags: { a: "1", b: "2" }, gone: true };
    const live = { cpu: "2", tags: { a: "1", b: "3", c: "4" } };
    expect(inputsNow({ cpu: "1000m", tags: { a: "1", b: "2" }, gone: true }, recorded, live)).toEqual({
      cpu: "2",
      tags: { a: "1", b: "3" },
    });
  });
});
