import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { at, equal, hasUnknown, open, seal, UNKNOWN, type Props } from "../../../lab/plugins/provider/values.ts";

const signature = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const secret = (value: unknown) => ({ ...signature, value }) as Props;

describe("secrets", () => {
  test("are opened, and where they were is remembered", () => {
    const wire = { a: secret("s"), list: ["x", secret({ deep: true })], plain: 1 };
    expect(open(wire)).toEqual({
      props: { a: "s", list: ["x", { deep: true }], plain: 1 },
      secrets: [["a"], ["list", 1]],
    });
  });

  test("inside a secret are one with it", () => {
    const { props, secrets } = open({ outer: secret({ inner: secret("s") }) });
    expect(props).toEqual({ outer: { inner: "s" } });
    expect(secrets).toEqual([["outer"]]);
  });

  test("are made secret again once, however often they are named", () => {
    const sealed = seal({ a: { value: { b: "s" } } }, [["a", "value", "b"], ["a"], ["a"]]);
    expect(sealed).toEqual({ a: secret({ value: { b: "s" } }) });
  });

  test("that lead nowhere are passed over", () => {
    expect(seal({ a: [1] }, [["b"], ["a", 3], ["a", 0, "x"]])).toEqual({ a: [1] });
  });

  test("come back as they were from opening and sealing", () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean());
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        leaf,
        leaf.map(secret),
        fc.array(tie("node"), { maxLength: 3 }),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), tie("node"), { maxKeys: 3 }),
      ),
    })).node;
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), value), (bag) => {
        const wire = bag as Props;
        const { props, secrets } = open(wire);
        expect(seal(props, secrets)).toEqual(wire);
        expect(JSON.stringify(props)).not.toContain(Object.values(signature)[0]);
      }),
    );
  });
});

describe("unknown values", () => {
  test("of every type become the same one", () => {
    const { props } = open({ object: "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", text: UNKNOWN });
    expect(props).toEqual({ object: UNKNOWN, text: UNKNOWN });
  });

  test("are found at any depth", () => {
    expect(hasUnknown({ a: [{ b: UNKNOWN }] })).toBe(true);
    expect(hasUnknown({ a: [{ b: null }] })).toBe(false);
  });
});

test("an absent key equals null, and nothing else", () => {
  expect(equal({ a: null, b: 1 }, { b: 1 })).toBe(true);
  expect(equal({ a: false, b: 1 }, { b: 1 })).toBe(false);
  expect(equal([1, 2], [1])).toBe(false);
});

test("at follows keys and indexes and stops where nothing is", () => {
  expect(at({ a: [{ b: "x" }] }, ["a", 0, "b"])).toBe("x");
  expect(at({ a: "text" }, ["a", "b"])).toBeUndefined();
});
