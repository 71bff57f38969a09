import type { Columns } from "./columns.ts";
import type { Visitor } from "./run-view.ts";

/** Collects the names of the pods that answered at least one request as was expected; those that name themselves. */
export function answered(columns: Columns): { visit: Visitor; finish: () => ReadonlySet<string> } {
  const targets = new Set<number>();
  return {
    visit: ({ ok, habit, target }) => {
      if (ok && habit !== "canary") targets.add(target);
    },
    finish: () => new Set([...targets].map((target) => columns.targetName(target)).filter((name) => name !== "")),
  };
}
