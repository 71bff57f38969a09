import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  BadSampleFile,
  decodeSamples,
  readSamples,
  SampleDecoder,
  SampleEncoder,
} from "../../../analysis/sample-file.ts";
import type { SegmentInfo, StoredSample } from "../../../analysis/sample-file.ts";
import { habits, outcomes } from "../../../analysis/sample.ts";

const info: SegmentInfo = { run: "r1", kind: "baseline", epochMs: 1_795_413_465_933, rate: 200 };

const sample: fc.Arbitrary<StoredSample> = fc.record(
  {
    // Multiples of the file's resolution; earlier than the segment's start, and years later.
    dueMs: fc.integer({ min: -1e6, max: 1e12 }).map((tenths) => (info.epochMs * 10 + tenths) / 10),
    durationMs: fc.integer({ min: 0, max: 1e9 }).map((us) => us / 1000),
    waitedMs: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 0, max: 1e6 }).map((tenths) => tenths / 10),
    ),
    outcome: fc.constantFrom(...outcomes),
    habit: fc.constantFrom(...habits),
    target: fc.oneof(fc.constantFrom("", "web-1", "web-2"), fc.string()),
    runner: fc.integer({ min: 1, max: 300 }),
  },
  { requiredKeys: ["dueMs", "durationMs", "waitedMs", "outcome", "habit", "target"] },
);
const blocks = fc.array(fc.array(sample, { maxLength: 20 }), { maxLength: 8 });

function encode(parts: StoredSample[][], encoder = new SampleEncoder(info)): Uint8Array {
  return Buffer.concat([encoder.header(), ...parts.map((part) => encoder.block(part))]);
}

test("what is written is read", () => {
  fc.assert(
    fc.property(blocks, (parts) => {
      const bytes = encode(parts);
      expect(decodeSamples(bytes)).toEqual({
        segments: [info],
        samples: parts.flat(),
        consumed: bytes.length,
        complete: true,
      });
    }),
  );
});

test("a file cut off anywhere gives its whole blocks", () => {
  fc.assert(
    fc.property(blocks, fc.nat(), (parts, at) => {
      const bytes = encode(parts);
      const cut = at % (bytes.length + 1);
      const { samples, consumed, complete } = decodeSamples(bytes.subarray(0, cut));
      const all = parts.flat();
      expect(samples).toEqual(all.slice(0, samples.length));
      expect(consumed).toBeLessThanOrEqual(cut);
      expect(complete).toBe(consumed === cut);
      // What was given up is less than one block.
      expect(decodeSamples(bytes.subarray(0, consumed)).samples).toEqual(samples);
      const rest = new SampleDecoder();
      expect([...rest.push(bytes.subarray(0, consumed)), ...rest.push(bytes.subarray(consumed))]).toEqual(all);
    }),
  );
});

test("pieces of any size give the same samples", async () => {
  await fc.assert(
    fc.asyncProperty(blocks, fc.integer({ min: 1, max: 40 }), async (parts, size) => {
      const bytes = encode(parts);
      async function* pieces(): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
      }
      const samples: StoredSample[] = [];
      for await (const some of readSamples(pieces())) samples.push(...some);
      expect(samples).toEqual(parts.flat());
    }),
  );
});

test("a segment can follow another, with its own names and start", () => {
  fc.assert(
    fc.property(blocks, blocks, (first, second) => {
      const later: SegmentInfo = { ...info, epochMs: info.epochMs + 3_600_000 };
      const bytes = Buffer.concat([encode(first), encode(second, new SampleEncoder(later))]);
      const { segments, samples } = decodeSamples(bytes);
      expect(segments).toEqual([info, later]);
      expect(samples).toEqual([...first.flat(), ...second.flat()]);
    }),
  );
});

test("a steady load takes at most 8 bytes a request", () => {
  const steady = Array.from({ length: 10_000 }, (_, index) => ({
    dueMs: info.epochMs + index * 5 + (index % 3) * 8,
    durationMs: 3.417 + (index % 97),
    waitedMs: index % 50 === 0 ? 1.2 : 0,
    outcome: "ok" as const,
    habit: index % 2 === 0 ? ("fresh" as const) : ("kept" as const),
    target: `web-7d9f8b6c5-${index % 6}`,
  }));
  const encoder = new SampleEncoder(info);
  const size = Array.from({ length: 200 }, (_, at) => encoder.block(steady.slice(at * 50, at * 50 + 50)).length);
  expect(size.reduce((sum, bytes) => sum + bytes, 0) / steady.length).toBeLessThanOrEqual(8);
});

describe("bytes that are not a samples file", () => {
  test.each([
    ["text", Buffer.from("{}")],
    ["a block without a header", Buffer.from([0x02, 0x00])],
    ["another version", Buffer.from([0x4b, 0x55, 0x52, 0x09, 0x00])],
    ["zeros after a header", Buffer.concat([new SampleEncoder(info).header(), Buffer.alloc(4)])],
    ["an unknown outcome", Buffer.concat([new SampleEncoder(info).header(), Buffer.from([0x02, 0x04, 0x3c, 0, 0, 0])])],
  ])("%s", (_name, bytes) => {
    expect(() => decodeSamples(bytes)).toThrow(BadSampleFile);
  });
});
