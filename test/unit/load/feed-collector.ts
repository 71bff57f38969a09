/** Feeds lines of a long load to a collector, goes on with its file, puts it right and reads it: FILE REQUESTS. */
import { createReadStream } from "node:fs";
import { readSamples, type SegmentInfo } from "../../../analysis/sample-file.ts";
import { Collector } from "../../../rehearsal/load/collector.ts";
import { finishLoad } from "../../../rehearsal/load/finish.ts";
import { SampleWriter } from "../../../rehearsal/load/sample-writer.ts";
import { configOf } from "../rehearsal/config.fixture.ts";

const [file = "", requests = "0"] = process.argv.slice(2);
const info: SegmentInfo = { run: "long", kind: "upgrade", epochMs: 1_795_413_465_000, rate: 200 };

const collector = new Collector(file, info);
for (let number = 0; number < Number(requests); number++) {
  const late = number > 1000 ? 10_000 : 0;
  const due = (info.epochMs + number * 10) * 1000;
  const took = 3000 + (number % 97) * 100;
  collector.push(`~f ${number} ${due} ${late} ${took} 200 0 1 web-7d9f8b6c5-${number % 6}`);
  // A line of k6's log is read in between.
  if (number % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
}
collector.push("Insufficient VUs, reached 1205 active VUs and cannot initialize more");
collector.push("~end");
collector.close();
const read = async (): Promise<number> => {
  let count = 0;
  for await (const block of readSamples(createReadStream(file))) count += block.length;
  return count;
};
const collected = collector.counts().fresh;
const inFile = await read();
const result = await finishLoad({
  config: configOf(),
  kind: "upgrade",
  samplesFile: file,
  logFile: "",
  collector,
  info,
  ends: [{ name: "", exitCode: 105 }],
  stopped: true,
  version: "1",
});
new SampleWriter(file, info).close();
const corrected = await read();
process.stdout.write(JSON.stringify({ collected, read: inFile, corrected, dropped: result.droppedIterations }));
