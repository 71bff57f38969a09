import type { z } from "zod";
import { verdictSchema } from "../analysis/verdict-schema.ts";

/** `revert.json`: what the way back was like; the verdict carries it. */
export const revertSchema = verdictSchema.shape.revert.unwrap().unwrap();
export type RevertResult = z.infer<typeof revertSchema>;
