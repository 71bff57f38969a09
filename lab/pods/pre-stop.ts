import { setTimeout as sleep } from "node:timers/promises";
import type { V1Container, V1LifecycleHandler } from "@kubernetes/client-node";
import { httpGet, type ProbeResult } from "./probe.ts";

/** Runs a preStop hook for at most `limitMs`; a failed one does not keep the container from being stopped. */
export async function runPreStop(
  hook: V1LifecycleHandler,
  container: V1Container,
  address: string | undefined,
  limitMs: number,
): Promise<ProbeResult> {
  if (hook.sleep) {
    await sleep(Math.min(hook.sleep.seconds * 1000, limitMs));
    return { ok: true, message: "" };
  }
  // Without a process there is nobody to answer, and nothing to wait for.
  if (address === undefined) return { ok: true, message: "" };
  if (hook.httpGet === undefined)
    return { ok: false, message: "the lab can only run preStop hooks by sleep and httpGet" };
  try {
    return await httpGet(hook.httpGet, container, address, limitMs);
  } catch (error) {
    return { ok: false, message: (error as Error).message };
  }
}
