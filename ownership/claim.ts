import { z } from "zod";

/** What is said once of a mirror, before anything of it exists. */
export const claimSchema = z.object({ owner: z.string().min(1), expiresAt: z.iso.datetime() });
export type Claim = z.infer<typeof claimSchema>;

/** Hours that a mirror may stay when its rehearsal is over, unless the setting `ttlHours` says otherwise. */
export const graceHours = 24;

const hour = 3_600_000;

export interface ClaimInput {
  /** How long the rehearsal takes at most, in minutes. */
  readonly forecastMinutes: number;
  /** The setting: hours from now. Default: the forecast and a day. */
  readonly ttlHours?: number | undefined;
  /** The claim that there is, whose owner is kept. */
  readonly previous?: Claim | undefined;
}

/** A new claim, or the one that there is with a new expiry (whole seconds, UTC). */
export function claim({ forecastMinutes, ttlHours, previous }: ClaimInput, now: Date, newOwner: () => string): Claim {
  const hours = ttlHours ?? forecastMinutes / 60 + graceHours;
  const expires = new Date(Math.ceil((now.getTime() + hours * hour) / 1000) * 1000);
  return { owner: previous?.owner ?? newOwner(), expiresAt: expires.toISOString().replace(".000Z", "Z") };
}
