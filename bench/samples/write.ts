import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { random } from "../../analysis/random.ts";
import { SampleEncoder, type SegmentInfo, type StoredSample } from "../../analysis/sample-file.ts";
import type { LoadResult } from "../../rehearsal/load/result.ts";

const rate = 1000;
const block = 250;
const habits = ["fresh", "kept"] as const;

/** Writes a sound load run of so many requests into a folder, as a load generator leaves it; log-normal durations. */
export function writeRun(dir: string, kind: "baseline" | "upgrade", epochMs: number, requests: number): void {
  const info: SegmentInfo = { run: "bench", kind, epochMs, rate };
  const encoder = new SampleEncoder(info);
  const next = random(kind === "baseline" ? 1 : 2);
  const file = openSync(join(dir, `${kind}.samples`), "w");
  writeSync(file, encoder.header());
  let pending: StoredSample[] = [];
  for (let i = 0; i < requests; i++) {
    const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    const habit = i % 50 === 49 ? "canary" : habits[i % 2]!;
    pending.push({
      dueMs: epochMs + (i * 1000) / rate,
      durationMs: Math.exp(1.3 + 0.5 * normal),
      waitedMs: 0,
      outcome: "ok",
      habit,
      target: habit === "canary" ? "" : `web-7d9f-${i % 6}`,
    });
    if (pending.length < block && i < requests - 1) continue;
    writeSync(file, encoder.block(pending));
    pending = [];
  }
  closeSync(file);
  const result: LoadResult = {
    kind,
    startMs: epochMs,
    endMs: epochMs + (requests * 1000) / rate,
    // The canary's are among the requests.
    rate: rate * 0.98,
    requests: { fresh: 0, kept: 0, canary: 0 },
    failed: 0,
    droppedIterations: 0,
    k6ExitCode: 0,
    k6Version: "",
    exitClass: "finished",
    runners: 1,
    segments: 1,
    complete: true,
  };
  writeFileSync(join(dir, `${kind}.json`), JSON.stringify(result));
}
