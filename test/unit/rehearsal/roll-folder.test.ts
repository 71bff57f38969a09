import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { EventLog } from "../../../rehearsal/event-log.ts";
import { writeJson } from "../../../rehearsal/files.ts";
import { eventsOf, newRollFolder, rollFolder } from "../../../rehearsal/roll-folder.ts";
import { Run } from "../../../rehearsal/run.ts";

test("a roll that is made anew after it was cut off is not judged by what happened in the try before", async () => {
  const dir = await mkdtemp(join(tmpdir(), "rolls-"));
  try {
    const run = new Run("r", dir);
    const log = new EventLog(run.path("events.ndjson"), "nodes", () => undefined);
    const tell = async (message: string): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      log.emit({ kind: "node-draining", node: "i-1", message });
      await new Promise((resolve) => setTimeout(resolve, 5));
    };
    const load = async (folder: Run, work: () => Promise<void>): Promise<void> => {
      const startMs = Date.now();
      await work();
      await writeJson(folder.path("upgrade.json"), {
        ...{ kind: "upgrade", startMs, endMs: Date.now(), rate: 1, requests: { fresh: 0, kept: 0, canary: 0 } },
        ...{ failed: 0, droppedIterations: 0, k6ExitCode: 0, k6Version: "1", exitClass: "finished" },
        ...{ segments: 1, complete: true },
      });
    };
    await load(run, () => tell("the first roll"));
    const cutOff = await newRollFolder(run, "2");
    await tell("the try that was cut off");
    await writeFile(cutOff.path("upgrade.samples"), "x");
    const again = await newRollFolder(run, "2");
    expect(await readdir(again.dir)).not.toContain("upgrade.samples");
    await load(again, () => tell("the try that counts"));
    log.close();

    const messages = async (folder: Run): Promise<string[]> =>
      (await eventsOf(run, folder)).map(({ message }) => message);
    expect(await messages(await rollFolder(run, ""))).toContain("the first roll");
    expect(await messages(await rollFolder(run, "2"))).toEqual(["the try that counts"]);
  } finally {
    await rm(dir, { recursive: true });
  }
});
