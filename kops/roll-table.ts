/** A row of the table that `kops rolling-update cluster` prints first (and, as a dry run, only). */
export interface RollTableRow {
  readonly name: string;
  /** `Ready` or `NeedsUpdate`. */
  readonly status: string;
  readonly needUpdate: number;
  readonly ready: number;
  readonly min: number;
  readonly target: number;
  readonly max: number;
  /** Nodes that the instances of the group have become; absent with `--cloudonly`. */
  readonly nodes?: number;
}

/** Reads the table out of kops' output; lines that do not belong to it are passed over. Without a table: no rows. */
export function parseRollTable(output: string): RollTableRow[] {
  const lines = output.split(/\r?\n/);
  const header = lines.findIndex((line) => /^NAME\s+STATUS\s+NEEDUPDATE\s+READY\s+MIN\s+TARGET\s+MAX\b/.test(line));
  if (header < 0) return [];
  const rows: RollTableRow[] = [];
  for (const line of lines.slice(header + 1)) {
    const match = /^(\S+)\s+(\S+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)(?:\s+(\d+))?\s*$/.exec(line);
    if (!match) break;
    const [, name = "", status = "", ...counts] = match;
    const [needUpdate = 0, ready = 0, min = 0, target = 0, max = 0, nodes] = counts
      .filter((count) => count !== undefined)
      .map(Number);
    rows.push({ name, status, needUpdate, ready, min, target, max, ...(nodes === undefined ? {} : { nodes }) });
  }
  return rows;
}
