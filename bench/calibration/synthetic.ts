import { classes } from "./case.ts";
import type { Case, CaseClass } from "./case.ts";
import { defaults, loadRun, verdictOf } from "./judged.ts";
import { ideallyFound } from "./ideal.ts";
import { aimed, anyFault, plantedAt } from "./plant.ts";
import type { Planted } from "./plant.ts";
import { Random } from "./random.ts";
import { anyService } from "./service.ts";
import type { Service } from "./service.ts";
import { stream } from "./stream.ts";

const upgradeSeconds = 600;
const betweenSeconds = 30;
const day = 86_400_000;

/** Another service, other noise, and another fault for each seed; always the same for the same seed. */
export function synthesise(what: CaseClass, seed: number): Case {
  const random = new Random(seed * 7919 + classes.indexOf(what));
  const service = anyService(random);
  const dayPhase = random.between(0, 2 * Math.PI);
  const startMs = Date.UTC(2026, 0, 1);
  const { baselineSeconds, warmupSeconds } = defaults;
  const before = stream({ seed: random.seed(), service, startMs, seconds: baselineSeconds, dayPhase });
  const upgradeStartMs = startMs + (baselineSeconds + betweenSeconds) * 1000;
  const fault = anyFault(what, random, upgradeSeconds * 1000);
  const options = {
    seed: random.seed(),
    service,
    startMs: upgradeStartMs,
    seconds: upgradeSeconds,
    dayPhase: dayPhase + (2 * Math.PI * (upgradeStartMs - startMs)) / day,
  };
  const undisturbed = stream(options);
  const planted = fault === undefined ? undefined : aimed(fault, undisturbed, upgradeStartMs);
  const during = planted === undefined ? undisturbed : stream({ ...options, faults: [planted] });
  const verdict = verdictOf(
    loadRun(before, startMs, startMs + baselineSeconds * 1000),
    loadRun(during, upgradeStartMs, upgradeStartMs + upgradeSeconds * 1000),
    warmupSeconds,
  );
  return {
    name: `seed ${seed}`,
    verdict,
    ...plantedAt(planted, undisturbed, upgradeStartMs),
    ...ideally(service, fault),
  };
}

/** Of a rise of the slowest tenth alone it is not computed: the level hides less of it. */
function ideally(service: Service, fault: Planted | undefined): { ideally?: number } {
  if (fault?.kind !== "slower") return {};
  const { factor, fromMs, toMs } = fault;
  const seconds = { baseline: defaults.baselineSeconds, between: betweenSeconds, upgrade: upgradeSeconds };
  return { ideally: ideallyFound(service, { factor, from: fromMs / 1000, to: toMs / 1000 }, seconds) };
}
