import type { FoundMirror } from "./mirrors.ts";

/** The mirrors that were found, for a terminal. */
export function sweepText(mirrors: readonly FoundMirror[]): string {
  if (mirrors.length === 0) return "Nothing carries the tag of a mirror.\n";
  return mirrors.map(mirrorText).join("\n");
}

function mirrorText({ cluster, stack, owner, state, why, resources, refusals }: FoundMirror): string {
  const width = Math.max(...resources.map(({ kind }) => kind.length));
  return [
    `${cluster || "(no cluster)"}  stack ${stack || "(none)"}  owner ${owner}`,
    `  ${state}: ${why}; ${resources.length} ${resources.length === 1 ? "resource" : "resources"}`,
    ...refusals.map((refusal) => `  NEVER DELETED: ${refusal}`),
    ...resources.map(({ kind, id, name }) => `    ${kind.padEnd(width)}  ${id}${name === id ? "" : `  ${name}`}`),
    "",
  ].join("\n");
}

/** The commands that delete them; empty where nothing may be deleted. */
export function sweepHint(mirrors: readonly FoundMirror[]): string {
  const deletable = mirrors.filter(({ refusals, state }) => refusals.length === 0 && state !== "elsewhere");
  return deletable
    .map(({ cluster, owner }) => `To delete ${cluster || "it"}: npx rehearsal sweep --owner ${owner} --delete\n`)
    .join("");
}

/** The same as JSON, without the tags of each resource. */
export function sweepJson(mirrors: readonly FoundMirror[]): string {
  const plain = mirrors.map(({ resources, ...mirror }) => ({
    ...mirror,
    resources: resources.map(({ kind, id, name }) => ({ kind, id, name })),
  }));
  return `${JSON.stringify(plain, undefined, 2)}\n`;
}
