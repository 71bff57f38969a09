import { z } from "zod";

/** Differences from production that somebody answers for; a setting of a stack. */
export const waiversSchema = z.array(
  z.strictObject({ field: z.string().min(1), by: z.string().min(1), why: z.string().min(1) }),
);
