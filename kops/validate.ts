import { z } from "zod";

const schema = z.object({
  failures: z
    .array(
      z.object({
        type: z.string().default(""),
        name: z.string().default(""),
        message: z.string().default(""),
        instanceGroup: z.object({ metadata: z.object({ name: z.string() }) }).optional(),
      }),
    )
    .nullish(),
  nodes: z
    .array(
      z.object({
        name: z.string().default(""),
        zone: z.string().default(""),
        role: z.string().default(""),
        hostname: z.string().default(""),
        status: z.string().default("Unknown"),
      }),
    )
    .nullish(),
});

export interface ValidationFailure {
  /** Kind of the object that fails: `Node`, `Pod`, `InstanceGroup`, `Machine`, `dns` … */
  readonly kind: string;
  readonly name: string;
  readonly message: string;
  readonly instanceGroup?: string | undefined;
}

export interface ValidationNode {
  readonly name: string;
  readonly zone: string;
  /** `control-plane` or `node`. */
  readonly role: string;
  readonly ready: boolean;
}

/** One result of `kops validate cluster -o json`. */
export interface Validation {
  readonly valid: boolean;
  readonly failures: readonly ValidationFailure[];
  readonly nodes: readonly ValidationNode[];
}

/**
 * Reads the output of `kops validate cluster -o json`. With `--wait` kops prints result after result with nothing
 * between them: they come back in order, the last one is the newest. What is not a result is passed over.
 */
export function parseValidations(output: string): Validation[] {
  return jsonObjects(output).flatMap((text) => {
    const parsed = schema.safeParse(parseJson(text));
    return parsed.success ? [toValidation(parsed.data)] : [];
  });
}

function toValidation({ failures, nodes }: z.infer<typeof schema>): Validation {
  return {
    valid: (failures ?? []).length === 0,
    failures: (failures ?? []).map(({ type, name, message, instanceGroup }) => ({
      kind: type,
      name,
      message,
      instanceGroup: instanceGroup?.metadata.name,
    })),
    nodes: (nodes ?? []).map(({ name, zone, role, status }) => ({ name, zone, role, ready: status === "True" })),
  };
}

/** The JSON objects at the top level of a text, found by their braces outside of strings. */
function jsonObjects(text: string): string[] {
  const objects: string[] = [];
  let depth = 0;
  let start = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (inString) {
      if (char === "\\") i++;
      else if (char === '"') inString = false;
    } else if (char === '"' && depth > 0) inString = true;
    else if (char === "{" && depth++ === 0) start = i;
    else if (char === "}" && depth > 0 && --depth === 0) objects.push(text.slice(start, i + 1));
  }
  return objects;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Not JSON, so not a result: the schema refuses it.
  }
}
