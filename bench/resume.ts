import { Clone, smallMirror, type Outcome } from "../test/lab/end-to-end/clone.ts";
import { Killer } from "../test/lab/resume/killer.ts";
import { elapsedMs, renderRatio } from "./ratio.ts";

/**
 * A rehearsal that is killed as by a power cut, once in the middle of its baseline and once in the middle of its roll, and
 * goes on each time, against one that nobody disturbs: the same mirror, on the same lab, one after the other.
 */
export async function resume(): Promise<string> {
  const clone = await Clone.create("bench");
  try {
    await clone.configure(smallMirror);
    await clone.startLab();
    const whole = await elapsedMs(async () => succeed("pulumi up", await clone.up()));
    succeed("pulumi destroy", await clone.destroy());
    const killer = new Killer(clone);
    const resumed = await elapsedMs(async () => {
      await killer.strike({ step: "baseline", blow: "all", afterMs: 5000, by: "up" });
      await killer.strike({ step: "upgrade", blow: "all", afterMs: 20_000, by: "up" });
      succeed("pulumi up", await clone.up());
    });
    if (killer.hits.length < 2) throw new Error(`only ${killer.hits.length} of 2 kills hit anything`);
    succeed("pulumi destroy", await clone.destroy());
    return renderRatio({
      name: "resume: time of a rehearsal that is killed twice and goes on against one that is not",
      a: "pulumi up, killed in the baseline and in the roll, three times in all",
      b: "pulumi up",
      unit: "s",
      goal: "at most 1.5",
      valuesA: [resumed / 1000],
      valuesB: [whole / 1000],
    });
  } finally {
    await clone.dispose();
  }
}

function succeed(what: string, { exitCode, all }: Outcome): void {
  if (exitCode !== 0) throw new Error(`${what} failed with status ${exitCode}:\n${all.slice(-3000)}`);
}
