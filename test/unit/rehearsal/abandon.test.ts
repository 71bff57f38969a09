import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { abandonUpgrade } from "../../../rehearsal/abandon.ts";
import { rollingStep } from "../../../rehearsal/journal.ts";
import { Run } from "../../../rehearsal/run.ts";

test("an upgrade that was taken back begins anew with the baseline that is there; what was measured of it stays, aside", async () => {
  const dir = await mkdtemp(join(tmpdir(), "abandon-"));
  try {
    const run = new Run("r", dir);
    const ofUpgrade = [
      "upgrade.samples",
      "upgrade.json",
      "roll.json",
      "landed.json",
      "skew-probe-begun.json",
      "workload.json",
    ];
    for (const name of ["baseline.samples", "baseline.json", ...ofUpgrade]) await writeFile(run.path(name), name);
    run.record({ type: "finished", step: "baseline", result: {} });
    run.record({ type: "started", step: "upgrade", pid: 1 });
    run.record({ type: "started", step: "revert", pid: 2 });
    await abandonUpgrade({ run, log: { emit: () => undefined } as never });
    expect(rollingStep(await run.journal())).toBeUndefined();
    expect(await run.decide("upgrade")).toEqual({ do: "run" });
    expect((await readdir(dir)).sort()).toEqual(["baseline.json", "baseline.samples", "journal.ndjson", "rolls"]);
    const [aside = ""] = await readdir(run.path("rolls"));
    expect(await readdir(run.path("rolls", aside))).toEqual(expect.arrayContaining(ofUpgrade));
  } finally {
    await rm(dir, { recursive: true });
  }
});
