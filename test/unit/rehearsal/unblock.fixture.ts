import type { NewEvent } from "../../../rehearsal/event-log.ts";
import { Run } from "../../../rehearsal/run.ts";
import type { StepContext } from "../../../rehearsal/steps/step.ts";
import { configOf } from "./config.fixture.ts";

/** What a step that unblocks needs of its surroundings: a run in this folder, and who is told of what was done. */
export function unblocking(dir: string, told: string[]): StepContext {
  return {
    config: configOf(),
    run: new Run("run", dir),
    log: { emit: ({ message }: NewEvent) => void told.push(message) },
  } as unknown as StepContext;
}
