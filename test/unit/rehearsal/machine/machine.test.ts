import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { steps } from "../../../../rehearsal/config.ts";
import { loadMachine, type Machine } from "./machine.ts";
import type { End, Move, Player as PlayerOf, Settings } from "./player.ts";
import { life } from "./stage.ts";

jest.setTimeout(3_600_000);

const sequences = 10_000;
let machine: Machine;
let Player: typeof PlayerOf;
const { stackTraceLimit } = Error;
beforeAll(async () => {
  // Most of what is thrown here is thrown on purpose, by the million; nobody reads where.
  Error.stackTraceLimit = 0;
  machine = await loadMachine();
  ({ Player } = await import("./player.ts"));
});

afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

const whole = fc.constant<End>({ end: "whole" });
const killed = fc.record({
  end: fc.constant("killed" as const),
  after: fc.oneof(fc.nat(120), fc.nat(500)),
  torn: fc.constantFrom(0, 0.5, 1),
});
const failed = fc.record({
  end: fc.constantFrom("fails" as const, "drain" as const, "capacity" as const),
  after: fc.nat(30),
});
const end: fc.Arbitrary<End> = fc.oneof({ weight: 2, arbitrary: whole }, { weight: 4, arbitrary: killed }, failed);
const step = fc.constantFrom(...steps);

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom("up" as const, "up" as const, "destroy" as const, "revert" as const), end)
      .map(([kind, ending]) => ({ move: kind, ...ending })),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(step, end).map(([name, ending]) => ({ move: "step" as const, step: name, ...ending })),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      move: fc.constant("settings" as const),
      toVersion: fc.constantFrom("1.35.0", "1.35.1"),
      rate: fc.constantFrom(100, 200),
      way: fc.constantFrom("never" as const, "midRoll" as const, "after" as const),
      probe: fc.boolean(),
      search: fc.constantFrom("never" as const, "force" as const, "upgrade" as const),
    }),
  },
  fc.record({
    move: fc.constant("world" as const),
    refused: fc.oneof(fc.constant(false), fc.constant(false), fc.boolean()),
    disturbed: fc.nat(3),
    joins: fc.boolean(),
  }),
  step.map((name) => ({ move: "production" as const, step: name })),
);

test(`${sequences} random sequences of steps, failures, kills and restarts: one baseline a run, no step without its evidence, production untouched, nothing left in the end`, async () => {
  // The same sequences each time, so that a red run is not a matter of luck; other seeds by the variable.
  const seed = Number(process.env["REHEARSAL_SEED"] ?? 488792964);
  process.stderr.write(`step machine: ${sequences} sequences, REHEARSAL_SEED=${seed}\n`);
  const property = fc.asyncProperty(fc.array(move, { minLength: 1, maxLength: 4 }), (moves) =>
    new Player(machine).play(moves),
  );
  await expect(fc.assert(property, { numRuns: sequences, seed })).resolves.toBeUndefined();
});

const settings = (changes: Partial<Settings>): Move => ({ move: "settings", ...changes });
const upWhole: Move = { move: "up", end: "whole" };

/** Sequences that went wrong once. */
const wentWrong: readonly [string, readonly Move[]][] = [
  [
    "killed while a run is opened, before `latest` names it: the next one opens another, and `latest` names that",
    [
      { move: "up", end: "killed", after: 82, torn: 0 },
      { move: "up", end: "killed", after: 0, torn: 0 },
    ],
  ],
  [
    "killed in the middle of a line of the journal: the next line is not lost with it",
    [{ move: "up", end: "killed", after: 112, torn: 0.5 }],
  ],
  [
    "a change of the mirror that failed and was taken out of the settings again is finished before what builds on it",
    [
      { move: "up", end: "whole" },
      { move: "settings", toVersion: "1.35.0", rate: 200, way: "never" },
      { move: "step", step: "apply", end: "fails", after: 0 },
    ],
  ],
  [
    "a roll that was killed, and other settings since: no baseline of a cluster between two versions",
    [
      { move: "up", end: "killed", after: 24, torn: 0 },
      { move: "up", end: "killed", after: 96, torn: 0 },
      { move: "settings", toVersion: "1.35.0", rate: 200, way: "never" },
    ],
  ],
  [
    "a deletion that was killed at its very end is ended by the next one",
    [
      { move: "up", end: "fails", after: 0 },
      { move: "up", end: "killed", after: 43, torn: 0 },
      { move: "destroy", end: "killed", after: 16, torn: 0 },
    ],
  ],
  [
    "a roll that halted, and other settings since: no baseline of a cluster between two versions",
    [{ move: "up", end: "drain", after: 0 }, settings({ rate: 200 })],
  ],
  [
    "the last roll of a search that halted, and other settings since: no baseline of a cluster between two versions",
    [
      settings({ search: "upgrade" }),
      { move: "world", disturbed: 1 },
      { move: "up", end: "drain", after: 12 },
      settings({ rate: 200 }),
    ],
  ],
  [
    "killed before it was seen that there is nothing to rehearse: it is seen when the step goes on",
    [
      upWhole,
      settings({ search: "upgrade" }),
      { move: "world", disturbed: 1 },
      { move: "up", end: "killed", after: 36, torn: 0 },
    ],
  ],
  [
    "an upgrade that is to be stopped after a node, killed once that is replaced: no further one is",
    [settings({ way: "midRoll" }), { move: "up", end: "killed", after: 150, torn: 0 }],
  ],
  [
    "a way back that was asked for is none out of the middle of the upgrade that was begun after it",
    [
      { move: "up", end: "killed", after: 130, torn: 0 },
      { move: "revert", end: "whole" },
      { move: "up", end: "fails", after: 4 },
      settings({ way: "midRoll" }),
    ],
  ],
  [
    "a way back by hand is gone anew after an upgrade that was begun since the last one",
    [
      { move: "up", end: "killed", after: 130, torn: 0 },
      { move: "step", step: "revert", end: "whole" },
      { move: "up", end: "fails", after: 4 },
      { move: "step", step: "revert", end: "whole" },
    ],
  ],
  [
    "a mirror whose creation was begun by hand and killed is made whole before anything is read from it",
    [
      { move: "step", step: "apply", end: "killed", after: 13, torn: 0 },
      { move: "up", end: "killed", after: 16, torn: 0 },
      { move: "step", step: "kubeconfig", end: "whole" },
    ],
  ],
];

test.each(wentWrong)("%s", async (_name, moves) => {
  await expect(new Player(machine).play(moves)).resolves.toBeUndefined();
});

/**
 * Killed before each single effect, one after the other, and in the middle of lines: a whole rehearsal; of other ones what
 * comes after the point up to which they are the same.
 */
test.each<[string, "up" | "destroy" | "revert", number, Move[]]>([
  ["a rehearsal", "up", 0, []],
  ["a rehearsal with a way back in its middle", "up", 105, [settings({ way: "midRoll" })]],
  ["a rehearsal with a way back after it", "up", 210, [settings({ way: "after" })]],
  ["a rehearsal with a skew probe", "up", 110, [settings({ probe: true })]],
  ["a search", "up", 190, [settings({ search: "force" }), { move: "world", disturbed: 1 }]],
  ["a search by whole upgrades", "up", 190, [settings({ search: "upgrade" }), { move: "world", disturbed: 1 }]],
  ["a deletion", "destroy", 0, [upWhole]],
  ["a way back", "revert", 0, [upWhole]],
  [
    "a way back out of an upgrade",
    "revert",
    0,
    [settings({ probe: true }), { move: "up", end: "killed", after: 155, torn: 0 }],
  ],
])("%s killed at every point there is", async (_name, kind, first, before) => {
  const deathsBefore = before.filter((move) => "end" in move && move.end === "killed").length;
  let point = first;
  for (let died = true; died; point++) {
    const deaths = life.deaths;
    const torn = [0, 0.5, 1][point % 3] ?? 0;
    await new Player(machine).play([...before, { move: kind, end: "killed", after: point, torn }]);
    died = life.deaths > deaths + deathsBefore;
  }
  expect(point - first).toBeGreaterThan(20);
});
