import { expect, test } from "@jest/globals";
import type { RehearsalEvent } from "../../../analysis/events.ts";
import { judge } from "../../../analysis/judge.ts";
import { summarise } from "../../../analysis/search/summarise.ts";
import { input, upgradeWith } from "../analysis/synthetic.ts";

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
