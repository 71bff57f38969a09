import { expect, test } from "@jest/globals";
import type { RehearsalEvent } from "../../../analysis/events.ts";
import { judge } from "../../../analysis/judge.ts";
import { summarise } from "../../../analysis/search/summarise.ts";
import { input, upgradeStartMs, upgradeWith } from "../analysis/synthetic.ts";

const candidate = { controlPlane: "15s", node: "15s", postDrainDelay: "5s" };
const fault = { atMs: 36_500, forMs: 1840, habits: ["fresh", "kept"] as const, outcome: "refused" as const };

function disturbed({ hurt, helped }: { hurt: boolean; helped: boolean }): { verdict: string; disturbed: boolean } {
  const given = input(hurt ? { upgrade: upgradeWith([fault]) } : {});
  const last = given.events.at(-1)!;
  const unblocked: RehearsalEvent = { ...last, phase: "nodes", kind: "unblocked", message: "deleted pod a/b" };
  const events = helped ? [...given.events, unblocked] : given.events;
  const attempt = summarise(judge({ ...given, events }), events, candidate, "");
  return { verdict: attempt.verdict, disturbed: attempt.disturbed };
}

test("a roll is tried again more gently when it disturbed the service, not when it only had to be helped", () => {
  expect(disturbed({ hurt: false, helped: false })).toEqual({ verdict: "SAFE", disturbed: false });
  expect(disturbed({ hurt: true, helped: false })).toEqual({ verdict: "UNSAFE", disturbed: true });
  expect(disturbed({ hurt: true, helped: true })).toEqual({ verdict: "UNSAFE", disturbed: true });
  expect(disturbed({ hurt: false, helped: true })).toEqual({ verdict: "UNSAFE", disturbed: false });
});

test("the first turn is that of the first node that serves: no interval has passed for it", () => {
  const firstTurn = (atSecond: number, events = input().events): boolean => {
    const hurt = { ...fault, atMs: atSecond * 1000 };
    return summarise(judge(input({ upgrade: upgradeWith([hurt]), events })), events, candidate, "").firstTurn;
  };
  // The turns begin after 10, 35, 60 and 85 s; the first is the control plane's.
  const [first] = input().events.filter(({ kind }) => kind === "pod-evicted");
  expect(Date.parse(first!.time) - upgradeStartMs).toBe(12_000);
  const asOnAControlPlane = input().events.map((event) =>
    event.time !== first!.time ? event : { ...event, pod: "kube-system/coredns-1" },
  );
  expect(firstTurn(36, asOnAControlPlane)).toBe(true);
  expect(firstTurn(61, asOnAControlPlane)).toBe(false);
  expect(firstTurn(12)).toBe(true);
  expect(firstTurn(36)).toBe(false);
});
