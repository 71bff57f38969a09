import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { collect } from "../../../analysis/columns.ts";
import { orderBy, pieces } from "../../../analysis/order.ts";
import type { Sample } from "../../../analysis/sample.ts";
import { startMs } from "./synthetic.ts";

/** Sorts piece by piece; also says how many rows were looked at in all, and how many at once. */
function sortInPieces(values: number[], size: number): { sorted: number[]; looked: number; most: number } {
  const sorted = [...values];
  let [looked, most] = [0, 0];
  for (const [first, end] of pieces(values.length, (row) => sorted[row]!, size)) {
    const piece = sorted.slice(first, end).sort((a, b) => a - b);
    sorted.splice(first, piece.length, ...piece);
    looked += piece.length;
    most = Math.max(most, piece.length);
  }
  return { sorted, looked, most };
}

describe("pieces", () => {
  const size = fc.integer({ min: 1, max: 9 });

  test("sorted one after the other, all is in order, whatever the order was", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 200 }), size, (values, piece) => {
        const { sorted, looked } = sortInPieces(values, piece);
        expect(sorted).toEqual([...values].sort((a, b) => a - b));
        expect(looked).toBeLessThanOrEqual(3 * values.length);
      }),
    );
  });

  test("rows that hardly move need hardly more than a piece", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(3), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 8, max: 16 }),
        (by, piece) => {
          const { most } = sortInPieces(
            by.map((late, i) => i + late),
            piece,
          );
          expect(most).toBeLessThanOrEqual(piece + 8);
        },
      ),
    );
  });
});

test("rows with the same number are ordered by what else they are", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { maxLength: 200 }), (rows) => {
      const order = new Uint32Array(rows.length);
      orderBy(
        order,
        (row) => rows[row]![0],
        (a, b) => rows[a]![0] - rows[b]![0] || rows[a]![1] - rows[b]![1],
      );
      expect([...order].map((row) => rows[row])).toEqual([...rows].sort((a, b) => a[0] - b[0] || a[1] - b[1]));
    }),
  );
});

test("columns longer than a piece, with more targets than a byte tells apart, stay rows", () => {
  const length = 200_000;
  const given = Array.from({ length }, (_, i): Sample => ({
    // The last thousand come first: no order at all would be far off.
    dueMs: startMs + ((i + length - 1000) % length),
    durationMs: i,
    outcome: i % 7 === 0 ? "reset" : "ok",
    habit: i % 2 === 0 ? "fresh" : "kept",
    target: i % 7 === 0 ? "" : `web-${i % 400}`,
    waitedMs: i % 10,
  }));
  const columns = collect(given).sort();
  const expected = [...given].sort((a, b) => a.dueMs - b.dueMs);
  const wrong = expected.filter(
    (sample, row) =>
      columns.dueMs(row) !== sample.dueMs ||
      columns.durationMs(row) !== sample.durationMs ||
      columns.outcome(row) !== sample.outcome ||
      columns.habit(row) !== sample.habit ||
      columns.target(row) !== sample.target,
  );
  expect(wrong).toEqual([]);
});
