import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";
import { rehearsalConfigSchema } from "../rehearsal/config.ts";
import { Clone, type Outcome } from "../test/lab/end-to-end/clone.ts";
import { elapsedMs, renderRatio } from "./ratio.ts";

/**
 * A whole rehearsal (`pulumi up`) against the same kops, kubectl and k6 calls in a bare shell script, one after the
 * other on the same lab, state store, network and zone. Both end with a cluster at the target version.
 */
export async function rehearsal(project: string): Promise<string> {
  const clone = await Clone.create("bench");
  try {
    await clone.startLab();
    const whole = await elapsedMs(async () => succeed("pulumi up", await clone.up()));
    const config = rehearsalConfigSchema.parse(JSON.parse(await clone.artifact("config.json")));
    const upgraded = await clone.artifact("manifests.upgraded.yaml");
    const remove = async (): Promise<void> =>
      succeed("kops delete", await clone.run("kops", ["delete", "cluster", "--yes"], 5 * 60_000));
    await remove();

    const work = join(clone.dir, "bare");
    await mkdir(work);
    await writeFile(join(work, "from.yaml"), config.manifests.map((manifest) => stringify(manifest)).join("---\n"));
    await writeFile(join(work, "to.yaml"), upgraded);
    const bare = await elapsedMs(() =>
      execa(join(project, "bench/bare.sh"), [], {
        env: {
          ...clone.lab.env,
          NAME: config.clusterName,
          STATE: config.stateStore,
          API_SERVER: config.apiServer ?? "",
          MANIFESTS_FROM: join(work, "from.yaml"),
          MANIFESTS_TO: join(work, "to.yaml"),
          APP: join(project, "bench/app.yaml"),
          LOAD_SCRIPT: join(project, "loadtest/http.js"),
          RATE: String(config.load.rate),
          BASELINE_SECONDS: String(config.load.durationSeconds),
          WARMUP_SECONDS: String(config.load.warmupSeconds),
          INTERVAL_CONTROL_PLANE: config.intervals.controlPlane,
          INTERVAL_NODE: config.intervals.node,
          POST_DRAIN_DELAY: config.intervals.postDrainDelay,
          VALIDATE_COUNT: String(config.intervals.validateCount),
          WORK: work,
        },
        timeout: 20 * 60_000,
        all: true,
      }),
    );
    await remove();
    succeed("pulumi destroy", await clone.destroy());
    return renderRatio({
      name: "rehearsal: time of a whole rehearsal against the same kops and k6 calls in a shell script",
      a: "pulumi up -s local",
      b: "bench/bare.sh",
      unit: "s",
      goal: "1.05, at most 1.15",
      valuesA: [whole / 1000],
      valuesB: [bare / 1000],
    });
  } finally {
    await clone.dispose();
  }
}

function succeed(what: string, { exitCode, all }: Outcome): void {
  if (exitCode !== 0) throw new Error(`${what} failed with status ${exitCode}:\n${all.slice(-3000)}`);
}
