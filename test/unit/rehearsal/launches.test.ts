import { expect, test } from "@jest/globals";
import type { StepContext } from "../../../rehearsal/steps/step.ts";
import { waitUntilValid } from "../../../rehearsal/validate.ts";
import type { InstanceLooks } from "../../../rehearsal/watch/instances.ts";
import type { LaunchFailures } from "../../../rehearsal/watch/launch-failures.ts";
import { whileLaunching } from "../../../rehearsal/watch/launches.ts";
import { configOf } from "./config.fixture.ts";

test("a mirror that AWS has no instances for is not waited for to the end: the reason, the group, and what to do", async () => {
  let closed = false;
  // Long enough ago for there to be no hope.
  const looks = (_cluster: unknown, failures: LaunchFailures): InstanceLooks => {
    failures.failed("nodes.mirror", "We currently do not have sufficient t3.large capacity", Date.now() - 90_000);
    return { looks: [], running: () => [], close: () => (closed = true) };
  };
  const hangs = (_args: unknown, { signal }: { signal: AbortSignal }): Promise<never> =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
  const log = { emit: () => undefined };
  const context = { config: configOf(), log, kops: { exec: hangs, call: {} } } as unknown as StepContext;
  const created = whileLaunching(
    context,
    "try later",
    (hopeless) => waitUntilValid(context, 60_000, hopeless),
    looks as never,
  );
  await expect(created).rejects.toThrow(
    /no instance for Auto Scaling group nodes\.mirror[^]*sufficient t3\.large capacity[^]*Next: try later/,
  );
  expect(closed).toBe(true);
});
