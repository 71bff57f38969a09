import { join } from "node:path";

/** Where the lab's instances write their consoles, `<instance>.log` each; its AWS reads them from there. */
export const consolesDir = (dir: string): string => join(dir, "console");
