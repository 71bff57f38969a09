import { parseSettings } from "../../settings/parse.ts";
import type { Settings } from "../../settings/parse.ts";
import { required, surroundings } from "../unit/settings/example.ts";

/** Settings of a stack that says little, with changes. */
export function exampleSettings(changes: Record<string, unknown> = {}): Settings {
  return parseSettings({ ...required, ...changes }, surroundings);
}
