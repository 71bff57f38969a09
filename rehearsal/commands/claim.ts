import { randomUUID } from "node:crypto";
import { z } from "zod";
import { claim, claimSchema, type Claim } from "../../ownership/claim.ts";
import { UsageError } from "../errors.ts";

/** Where the command finds the setting; empty for its default. */
export const ttlVariable = "REHEARSAL_TTL_HOURS";
/** Where Pulumi's command provider puts what the command printed the last time. */
const previousVariable = "PULUMI_COMMAND_STDOUT";

export const claimInputSchema = z.object({ forecastMinutes: z.number().positive() });

/**
 * Claims a mirror: prints its owner and expiry, which Pulumi's state keeps. Asked again, the owner stays.
 *
 * @param text JSON on standard input
 * @throws UsageError when it is not what the component hands over
 */
export function claimCommand(text: string, env: NodeJS.ProcessEnv, now = new Date()): Claim {
  try {
    const { forecastMinutes } = claimInputSchema.parse(JSON.parse(text));
    const ttlHours = env[ttlVariable] ? z.coerce.number().positive().parse(env[ttlVariable]) : undefined;
    const before = env[previousVariable];
    const previous = before ? claimSchema.parse(JSON.parse(before)) : undefined;
    return claim({ forecastMinutes, ttlHours, previous }, now, randomUUID);
  } catch (cause) {
    throw new UsageError("What the claim of a mirror was given is wrong.", {
      next: "`pulumi up` calls this with its input; do not call it by hand",
      cause,
    });
  }
}
