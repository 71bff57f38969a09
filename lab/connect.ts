import { faultRequestSchema } from "./control-api.ts";
import { withPath } from "./env.ts";
import type { Fault, FaultName } from "./faults.ts";
import { isAlive } from "../processes/process-identity.ts";
import { readState, removeState, type LabState } from "./state-file.ts";
import type { LabStatus } from "./status.ts";

const callLimitMs = 60_000;
const downLimitMs = 60_000;

/** A running lab. */
export interface Lab {
  readonly dir: string;
  /** For programs that are to meet the lab; add it to `process.env`. Holds PATH. */
  readonly env: Record<string, string>;
  status(): Promise<LabStatus>;
  /** Orders a fault; without `forMs` until it is cleared. */
  fault(kind: FaultName, options?: { target?: string; value?: number; forMs?: number }): Promise<Fault>;
  /** Ends one fault, or all. */
  clearFault(id?: number): Promise<void>;
  /** Stops the lab and resolves when nothing of it is left. */
  down(): Promise<void>;
}

/** No lab runs in the folder. */
export class NoLabError extends Error {
  override readonly name = "NoLabError";
  constructor(dir: string) {
    super(`no lab runs in ${dir}: start one with \`npm run lab -- up\`, or set LAB_DIR to the folder of one that runs`);
  }
}

/** The lab that runs in this folder; throws NoLabError when none does. */
export function connectLab(dir: string): Promise<Lab> {
  const state = readState(dir);
  return state ? Promise.resolve(labOf(dir, state)) : Promise.reject(new NoLabError(dir));
}

function labOf(dir: string, state: LabState): Lab {
  return {
    dir,
    env: withPath(state.env, state.path, process.env["PATH"] ?? ""),
    status: async () => (await call(dir, state, "GET", "/status")) as LabStatus,
    fault: async (kind, options = {}) =>
      (await call(dir, state, "POST", "/faults", faultRequestSchema.parse({ kind, ...options }))) as Fault,
    async clearFault(id) {
      await call(dir, state, "DELETE", id === undefined ? "/faults" : `/faults/${id}`);
    },
    down: () => takeDown(dir, state),
  };
}

async function call(dir: string, state: LabState, method: string, path: string, body?: unknown): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(state.url + path, {
      method,
      headers: { authorization: `Bearer ${state.token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(callLimitMs),
    });
  } catch (error) {
    if (!isAlive(state.pid, state.startTime)) throw new NoLabError(dir);
    throw new Error(`the lab in ${dir} (pid ${state.pid}) does not answer; see ${dir}/logs/lab.log`, { cause: error });
  }
  const answer = (await response.json()) as { error?: string };
  if (!response.ok) throw new Error(answer.error ?? `the lab answered ${response.status} to ${method} ${path}`);
  return answer;
}

async function takeDown(dir: string, state: LabState): Promise<void> {
  const gone = async (limitMs: number): Promise<boolean> => {
    const end = Date.now() + limitMs;
    while (isAlive(state.pid, state.startTime)) {
      if (Date.now() > end) return false;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return true;
  };
  // One that is gone already is down; one that does not answer is dealt with after the wait.
  await call(dir, state, "POST", "/down").catch(() => undefined);
  if (await gone(downLimitMs)) return;
  // Its guardian kills everything that it leaves.
  process.kill(state.pid, "SIGKILL");
  await gone(5000);
  removeState(dir);
}
