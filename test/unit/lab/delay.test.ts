import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { Delay } from "../../../lab/control-plane/delay.ts";

test("a delay loses and reorders nothing, even when it gets shorter on the way", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.integer({ min: 0, max: 5 }))),
      async (chunks) => {
        const delays = chunks.map(([, delay]) => delay);
        const delayed = Readable.from(chunks.map(([chunk]) => Buffer.from(chunk))).pipe(
          new Delay(() => delays.shift() ?? 0),
        );
        expect(await text(delayed)).toBe(chunks.map(([chunk]) => chunk).join(""));
      },
    ),
    { numRuns: 50 },
  );
});

test("a delay holds each answer back for its time", async () => {
  const start = Date.now();
  expect(await text(Readable.from([Buffer.from("late")]).pipe(new Delay(() => 40)))).toBe("late");
  expect(Date.now() - start).toBeGreaterThanOrEqual(39);
});
