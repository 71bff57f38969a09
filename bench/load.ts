import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { k6Arguments, script } from "../rehearsal/load/plan.ts";
import { findTools } from "../tools/index.ts";
import { LoadTarget } from "./load-target.ts";
import { inTurn, renderRatio } from "./ratio.ts";

const seconds = 8;
const concurrency = 10;

/**
 * Requests a second of the project's own k6 script (every request kept, half on fresh and half on kept-alive
 * connections) against `ab`, at the same concurrency on the same server.
 */
export async function load(project: string): Promise<string> {
  const tools = await findTools();
  const scratch = await mkdtemp(join(tmpdir(), "rehearsal-bench-"));
  const target = await LoadTarget.start(project);
  try {
    const { url } = target;
    const k6 = async (): Promise<number> => {
      const before = await target.seen();
      await execa(tools.paths.k6, ["run", "--quiet", "--address", "", ...k6Arguments, script], {
        env: { TARGET_URL: url, CONCURRENCY: String(concurrency), DURATION: String(seconds) },
        stdout: "ignore",
        stderr: { file: join(scratch, "requests.log") },
        timeout: (seconds + 60) * 1000,
      });
      return ((await target.seen()) - before) / seconds;
    };
    const ab = async (): Promise<number> => {
      const { stdout } = await execa(
        "ab",
        ["-q", "-l", "-t", String(seconds), "-n", "100000000", "-c", String(concurrency), url],
        { timeout: (seconds + 60) * 1000 },
      );
      const found = /^Requests per second:\s+([\d.]+)/m.exec(stdout);
      if (found === null) throw new Error(`ab printed no "Requests per second":\n${stdout}`);
      return Number(found[1]);
    };
    const values = await inTurn(3, k6, ab);
    return renderRatio({
      name: "load: requests/s of k6 against ab",
      a: `k6, ${concurrency} VUs, every request kept`,
      b: `ab -c ${concurrency}`,
      unit: "requests/s",
      goal: "none set; ab keeps nothing",
      ...values,
    });
  } finally {
    target.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}
