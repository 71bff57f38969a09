import type { Readable } from "node:stream";

/** Short beside the quarter of a second in which samples are written. */
const pauseMs = 10;

/**
 * Reads a stream in gulps: after each piece it rests, and what is written meanwhile comes at once. k6 writes each line by
 * itself; to wake up for each takes more of the processor, which load generator and program share, than the lines do.
 */
export function readInGulps(stream: Readable): void {
  stream.on("data", () => {
    stream.pause();
    setTimeout(() => stream.resume(), pauseMs);
  });
}
