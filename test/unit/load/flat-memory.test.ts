import { execFile } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";

const feeder = fileURLToPath(new URL("feed-collector.ts", import.meta.url));

test("a million requests pass through a heap that has no room for a tenth of them", async () => {
  const dir = await mkdtemp(join(tmpdir(), "flat-"));
  try {
    // As objects, a million samples take 100 MB. Node.js ends with a failure when its heap outgrows the limit.
    const file = join(dir, "upgrade.samples");
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--max-old-space-size=24", "--import", "tsx", feeder, file, "1000000"],
      { timeout: 540_000 },
    );
    expect(JSON.parse(stdout)).toEqual({ collected: 1_000_000, read: 1_000_000, corrected: 1_000_000, dropped: 1 });
    expect((await stat(file)).size / 1_000_000).toBeLessThan(64);
  } finally {
    await rm(dir, { recursive: true });
  }
});
