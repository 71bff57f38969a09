import { closeSync, fsyncSync, ftruncateSync, openSync, readSync } from "node:fs";
import { SampleDecoder, SampleEncoder, type SegmentInfo, type StoredSample } from "../../analysis/sample-file.ts";
import { messageOf } from "../errors.ts";
import { appendWhole } from "../files.ts";

/** Appends a segment to a samples file. A block is there whole or not at all, also when the disk is full. */
export class SampleWriter {
  readonly #fd: number;
  readonly #encoder: SampleEncoder;
  #length: number;
  #problem: string | undefined;
  /** Segments that were in the file already. */
  readonly earlier: readonly SegmentInfo[];

  /** Goes on after the whole blocks of an existing file. */
  constructor(path: string, info: SegmentInfo) {
    this.#fd = openSync(path, "a+");
    const { segments, consumed } = scan(this.#fd);
    this.earlier = segments;
    this.#length = consumed;
    ftruncateSync(this.#fd, consumed);
    this.#encoder = new SampleEncoder(info);
    this.#append(this.#encoder.header());
  }

  /** After one that could not be written none is: a later block counts on what an earlier one said. */
  write(samples: readonly StoredSample[]): void {
    if (this.#problem === undefined) this.#append(this.#encoder.block(samples));
  }

  /** Why samples were lost; undefined when none were. */
  get problem(): string | undefined {
    return this.#problem;
  }

  close(): void {
    try {
      fsyncSync(this.#fd);
    } catch (error) {
      this.#problem ??= messageOf(error);
    }
    closeSync(this.#fd);
  }

  #append(bytes: Uint8Array): void {
    try {
      appendWhole(this.#fd, bytes, this.#length);
      this.#length += bytes.length;
    } catch (error) {
      // The load goes on without: it is not what breaks the roll, and its result says that it is not complete.
      this.#problem = messageOf(error);
    }
  }
}

/** Reads a file piece by piece, for what is in it. */
function scan(fd: number): { segments: readonly SegmentInfo[]; consumed: number } {
  const decoder = new SampleDecoder();
  const piece = new Uint8Array(1 << 16);
  for (let at = 0, read = 1; read > 0; at += read) {
    read = readSync(fd, piece, 0, piece.length, at);
    decoder.push(piece.subarray(0, read));
  }
  return { segments: decoder.segments, consumed: decoder.consumed };
}
