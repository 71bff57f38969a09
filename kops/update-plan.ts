/** What `kops update cluster` would do to one cloud resource or file of the state store. */
export interface PlannedChange {
  readonly action: "create" | "modify" | "delete" | "delete-with-prune";
  /** kops task, e.g. `LaunchTemplate`. */
  readonly type: string;
  readonly name: string;
  /** Fields that change, with what kops says about them; for deletions none. */
  readonly fields: readonly { readonly name: string; readonly change: string }[];
}

export interface UpdatePlan {
  readonly changes: readonly PlannedChange[];
  /** kops said `No changes need to be applied`. */
  readonly noChanges: boolean;
}

const sections: Record<string, PlannedChange["action"]> = {
  "Will create resources:": "create",
  "Will modify resources:": "modify",
  "Items will be deleted only when the --prune flag is specified:": "delete-with-prune",
  "Items will be deleted during update:": "delete",
};

/** Reads the dry run of `kops update cluster` (its standard output); lines it does not know are passed over. */
export function parseUpdatePlan(output: string): UpdatePlan {
  const changes: { action: PlannedChange["action"]; type: string; name: string; fields: Field[] }[] = [];
  let action: PlannedChange["action"] | undefined;
  let noChanges = false;
  for (const line of output.split(/\r?\n/)) {
    const section = Object.hasOwn(sections, line.trimEnd()) ? sections[line.trimEnd()] : undefined;
    if (section) {
      action = section;
      continue;
    }
    if (/^\S/.test(line)) {
      action = undefined;
      if (line.startsWith("No changes need to be applied")) noChanges = true;
      continue;
    }
    if (!action) continue;
    const field = /^ {2}\t(\S*) *(?:\t(.*))?$/.exec(line);
    if (field) {
      addField(changes.at(-1)?.fields, field[1] ?? "", field[2] ?? "");
      continue;
    }
    const item = action.startsWith("delete") ? /^ {2}(\S+) +(.+)$/.exec(line) : /^ {2}([^\s/]+)\/(.+)$/.exec(line);
    if (item) changes.push({ action, type: item[1] ?? "", name: (item[2] ?? "").trim(), fields: [] });
  }
  return { changes, noChanges };
}

/** One line for each change, for a report: `modify LaunchTemplate nodes-us-east-1a.… (UserData)`. */
export function describeChange(change: PlannedChange): string {
  const fields = change.fields.map((field) => field.name).join(", ");
  return `${change.action} ${change.type} ${change.name}${fields ? ` (${fields})` : ""}`;
}

interface Field {
  name: string;
  change: string;
}

/** A line without a field name goes on with the field above: kops shows changed documents as a diff of many lines. */
function addField(fields: Field[] | undefined, name: string, change: string): void {
  if (!fields) return;
  const last = fields.at(-1);
  if (name !== "") fields.push({ name, change: change.trim() });
  else if (last) last.change += `${last.change === "" ? "" : "\n"}${change}`;
}
