import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { holderText, mayTake, type Lock } from "../../../ownership/lock.ts";

const lock: Lock = {
  owner: "o1",
  stack: "staging",
  cluster: "m.example.com",
  hold: "h1",
  writes: 7,
  holder: {
    id: "a",
    who: "alice@laptop",
    principal: "arn:aws:iam::1:user/alice",
    step: "upgrade",
    since: "2026-11-25T10:00:00Z",
    leaseSeconds: 180,
  },
};
const seen = (changes: Partial<Lock> = {}, ageSeconds = 12) => ({ lock: { ...lock, ...changes }, ageSeconds });
const alice = { owner: "o1", id: "a" };
const bob = { owner: "o1", id: "b" };
const eve = { owner: "o2", id: "e" };

describe("who may take the lock", () => {
  test.each([
    ["anybody one that is not there", undefined, bob],
    ["the owner's stack one that nobody holds", seen({ holder: null }, 1e6), bob],
    ["whoever holds it", seen(), alice],
    ["whoever held it, although it has lapsed", seen({}, 1e6), alice],
    ["another operator one that has lapsed", seen({}, 181), bob],
  ])("%s", (_what, it, me) => {
    expect(mayTake(it, me, undefined)).toMatchObject({ take: true });
  });

  test("another operator not while there are signs of life; is told who it is, since when, and how fresh they are", () => {
    expect(mayTake(seen({}, 180), bob, undefined)).toEqual({
      take: false,
      why: "It is worked on by alice@laptop (arn:aws:iam::1:user/alice), step upgrade, since 2026-11-25T10:00:00Z, last sign of life 180 s ago.",
    });
  });

  test("another stack not at all, be it held or free, fresh or old", () => {
    for (const it of [seen(), seen({}, 1e6), seen({ holder: null })])
      expect(mayTake(it, eve, undefined)).toEqual({
        take: false,
        why: "It belongs to another stack: staging, owner o1.",
      });
  });

  test("whoever names the hold, and just this one", () => {
    for (const me of [bob, eve]) {
      expect(mayTake(seen(), me, "h1")).toMatchObject({
        take: true,
        instead: expect.stringMatching(/alice|staging/) as unknown,
      });
      expect(mayTake(seen(), me, "h0")).toMatchObject({ take: false });
    }
  });
});

test("of two operators who are not told to take over, never do both think that they may take a fresh lock", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("o1", "o2"),
      fc.constantFrom("a", "b", "c"),
      fc.double({ min: 0, max: 180 }),
      (...it) => {
        const [owner, id, age] = it;
        const { take } = mayTake(seen({}, age), { owner, id }, undefined);
        expect(take).toBe(owner === "o1" && id === "a");
      },
    ),
  );
});

test("a holder without a principal", () => {
  const holder = { ...lock.holder!, principal: undefined };
  expect(holderText(seen({ holder }))).toMatch(/^alice@laptop, step upgrade,/);
  expect(holderText(seen({ holder: null }))).toBe("nobody");
});
