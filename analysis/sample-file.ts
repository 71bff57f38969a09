/**
 * The format of `baseline.samples` and `upgrade.samples`: every request in about six bytes.
 *
 *     file     = segment *                 one segment for each time that the load was started
 *     segment  = "KUR" 0x01 string block * the string is JSON: `SegmentInfo`
 *     block    = 0x02 unsigned record *    the number is the length of the records in bytes
 *     record   = flags [runner] due took [waited] target
 *     flags    = byte                      bits 0-1 habit, 2-5 outcome (index into `habits`, `outcomes`), 6 waited follows,
 *                                          7 runner follows
 *     runner   = unsigned                  which k6 process sent it; absent: that of the record before (the first: 0)
 *     due      = signed                    tenths of a ms since the record before (the first: since `SegmentInfo.epochMs`)
 *     took     = unsigned                  `durationMs` in µs
 *     waited   = unsigned                  tenths of a ms between being due and being sent; absent: 0
 *     target   = unsigned [string]         0: none; n: the nth name of the segment; the next unused n: its name follows
 *
 * Numbers and strings are those of `ByteWriter`. Records come in the order in which requests ended. A block is written
 * at once, so a file that was cut off at any byte still gives all of its whole blocks.
 */
import { ByteReader, ByteWriter, EndOfBytes } from "./bytes.ts";
import { habits, outcomes, type Sample } from "./sample.ts";

const magic = new Uint8Array([0x4b, 0x55, 0x52, 0x01]);
const blockMark = 0x02;

/** What a segment says about itself. */
export interface SegmentInfo {
  readonly run: string;
  readonly kind: "baseline" | "upgrade";
  /** Due times count from here, in whole ms since the epoch. */
  readonly epochMs: number;
  /** What was asked of the load generator, in requests per second over both habits; 0 in the closed model. */
  readonly rate: number;
}

/** A sample as it is stored. */
export interface StoredSample extends Sample {
  readonly waitedMs: number;
  /** Which k6 process sent it, from 0; absent: 0. */
  readonly runner?: number;
}

/** Thrown for bytes that are not a samples file (a file that merely ends early is none of these). */
export class BadSampleFile extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(`${message} at byte ${offset}`);
    this.name = "BadSampleFile";
  }
}

/** Encodes one segment. Times are rounded to the file's resolution: due and waited 0.1 ms, duration 1 µs. */
export class SampleEncoder {
  #due = 0;
  #runner = 0;
  readonly #targets = new Map<string, number>();

  constructor(private readonly info: SegmentInfo) {}

  header(): Uint8Array {
    const writer = new ByteWriter();
    writer.raw(magic);
    writer.string(JSON.stringify(this.info));
    return writer.done();
  }

  /** One block; append it to the file in one write. */
  block(samples: readonly StoredSample[]): Uint8Array {
    const records = new ByteWriter();
    for (const sample of samples) this.#record(records, sample);
    const writer = new ByteWriter();
    writer.byte(blockMark);
    writer.unsigned(records.length);
    writer.raw(records.done());
    return writer.done();
  }

  #record(writer: ByteWriter, sample: StoredSample): void {
    const waited = Math.max(0, Math.round(sample.waitedMs * 10));
    const habit = habits.indexOf(sample.habit);
    const outcome = outcomes.indexOf(sample.outcome);
    const runner = sample.runner ?? 0;
    writer.byte(habit | (outcome << 2) | (waited > 0 ? 0x40 : 0) | (runner === this.#runner ? 0 : 0x80));
    if (runner !== this.#runner) writer.unsigned((this.#runner = runner));
    const due = Math.round(sample.dueMs * 10) - this.info.epochMs * 10;
    writer.signed(due - this.#due);
    this.#due = due;
    writer.unsigned(Math.max(0, Math.round(sample.durationMs * 1000)));
    if (waited > 0) writer.unsigned(waited);
    this.#target(writer, sample.target);
  }

  #target(writer: ByteWriter, name: string): void {
    const known = name === "" ? 0 : this.#targets.get(name);
    if (known !== undefined) return writer.unsigned(known);
    const id = this.#targets.size + 1;
    this.#targets.set(name, id);
    writer.unsigned(id);
    writer.string(name);
  }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface Segment {
  readonly info: SegmentInfo;
  due: number;
  runner: number;
  readonly targets: string[];
}

/** Decodes a file piece by piece, with memory for one block and the names of the targets. */
export class SampleDecoder {
  #pending: Uint8Array = new Uint8Array(0);
  #segment: Segment | undefined;
  #consumed = 0;
  readonly #sample: Writable<Required<StoredSample>> = {
    dueMs: 0,
    durationMs: 0,
    waitedMs: 0,
    outcome: "ok",
    habit: "fresh",
    target: "",
    runner: 0,
  };
  readonly segments: SegmentInfo[] = [];

  /** Bytes of whole headers and blocks so far: where to go on writing after a cut. */
  get consumed(): number {
    return this.#consumed;
  }

  /**
   * Takes the next bytes of the file and returns the samples of the blocks that they complete.
   *
   * @throws BadSampleFile when the bytes are not of this format
   */
  push(chunk: Uint8Array): StoredSample[] {
    const samples: StoredSample[] = [];
    this.each(chunk, ({ runner, ...sample }) => samples.push(runner === 0 ? sample : { ...sample, runner }));
    return samples;
  }

  /** The same without an object for each: `see` is shown each sample in turn, in one that is used again for the next. */
  each(chunk: Uint8Array, see: (sample: Readonly<Required<StoredSample>>) => void): void {
    const bytes = new Uint8Array(this.#pending.length + chunk.length);
    bytes.set(this.#pending);
    bytes.set(chunk, this.#pending.length);
    let done = 0;
    try {
      while (done < bytes.length) done = this.#part(bytes, done, see);
    } catch (error) {
      if (!(error instanceof EndOfBytes)) throw error;
    }
    this.#pending = bytes.slice(done);
    this.#consumed += done;
  }

  /** Reads the header or block at `start` and returns where it ends. */
  #part(bytes: Uint8Array, start: number, see: (sample: Readonly<Required<StoredSample>>) => void): number {
    const reader = new ByteReader(bytes, start);
    const first = reader.byte();
    if (first === magic[0]) {
      const info = readHeader(reader, this.#consumed + start);
      this.segments.push(info);
      this.#segment = { info, due: 0, runner: 0, targets: [] };
    } else if (first === blockMark && this.#segment !== undefined) {
      const records = new ByteReader(reader.raw(reader.unsigned()));
      while (records.left > 0) {
        try {
          readRecord(records, this.#segment, this.#sample);
        } catch (cause) {
          throw Object.assign(new BadSampleFile("a broken record", this.#consumed + start), { cause });
        }
        see(this.#sample);
      }
    } else {
      throw new BadSampleFile("not a samples file", this.#consumed + start);
    }
    return reader.offset;
  }
}

function readHeader(reader: ByteReader, offset: number): SegmentInfo {
  const rest = reader.raw(magic.length - 1);
  if (!rest.every((byte, index) => byte === magic[index + 1])) {
    throw new BadSampleFile("not a samples file of version 1", offset);
  }
  return JSON.parse(reader.string()) as SegmentInfo;
}

function readRecord(reader: ByteReader, segment: Segment, into: Writable<Required<StoredSample>>): void {
  const flags = reader.byte();
  const habit = habits[flags & 0x03];
  const outcome = outcomes[(flags >> 2) & 0x0f];
  if (habit === undefined || outcome === undefined) throw new RangeError(`unknown flags ${flags}`);
  if (flags >= 0x80) segment.runner = reader.unsigned();
  segment.due += reader.signed();
  into.habit = habit;
  into.outcome = outcome;
  into.dueMs = (segment.info.epochMs * 10 + segment.due) / 10;
  into.durationMs = reader.unsigned() / 1000;
  into.waitedMs = (flags & 0x40) === 0 ? 0 : reader.unsigned() / 10;
  into.target = readTarget(reader, segment.targets);
  into.runner = segment.runner;
}

function readTarget(reader: ByteReader, targets: string[]): string {
  const id = reader.unsigned();
  if (id === 0) return "";
  if (id === targets.length + 1) targets.push(reader.string());
  const name = targets[id - 1];
  if (name === undefined) throw new RangeError(`unknown target ${id}`);
  return name;
}

/** Decodes a whole file in memory. `complete` is false when the file ends in the middle of a block. */
export function decodeSamples(bytes: Uint8Array): {
  segments: SegmentInfo[];
  samples: StoredSample[];
  consumed: number;
  complete: boolean;
} {
  const decoder = new SampleDecoder();
  const samples = decoder.push(bytes);
  return {
    segments: decoder.segments,
    samples,
    consumed: decoder.consumed,
    complete: decoder.consumed === bytes.length,
  };
}

/** Decodes a file as it is read, block by block: `for await (const samples of readSamples(createReadStream(path)))`. */
export async function* readSamples(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<StoredSample[], void, undefined> {
  const decoder = new SampleDecoder();
  for await (const chunk of chunks) {
    const samples = decoder.push(chunk);
    if (samples.length > 0) yield samples;
  }
}
