import { z } from "zod";
import { ownReference } from "./reference.ts";
import { settingShapes } from "./schema.ts";

/** What of a JSON Schema the reference shows. */
export interface Shape {
  readonly type?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
}

/** The settings as JSON Schema: what a stack file may say. */
export function settingSchemas(): Record<string, Shape & { readonly isRequired: boolean }> {
  return Object.fromEntries(
    Object.entries(settingShapes).map(([name, shape]) => [
      name,
      {
        ...(z.toJSONSchema(shape, { io: "input", unrepresentable: "any" }) as Shape),
        // A preprocessed or defaulted shape takes undefined; one that does not must be set.
        isRequired: !z.safeParse(shape as z.ZodType, undefined).success,
      },
    ]),
  );
}

/** `text`, `number`, `list of text`, `object`; alternatives are joined by `or`. */
export function typeText(shape: Shape): string {
  const { type, anyOf, items } = shape;
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeText))].join(" or ");
  if (shape.const !== undefined || shape.enum !== undefined || type === "string") return "text";
  if (type === "array") return `list of ${typeText(items ?? {})}`;
  if (type === "integer" || type === "number") return "number";
  return type ?? "number";
}

/** A setting and its parts. What `settings/problems.ts` says of a wrong value is from the same place. */
function rows(path: readonly string[], shape: Shape, isRequired: boolean): string[] {
  const { allowed, example } = ownReference(path) ?? {};
  const fallback = isRequired
    ? "**required**"
    : shape.default === undefined
      ? "–"
      : code(JSON.stringify(shape.default));
  const own = `| ${code(path.join("."))} | ${typeText(shape)} | ${fallback} | ${cell(allowed ?? "")} | ${example === undefined ? "" : code(example)} |`;
  const parts = Object.entries(shape.properties ?? {}).filter(([name]) => !name.includes("/"));
  return [
    own,
    ...parts.flatMap(([name, part]) => rows([...path, name], part, shape.required?.includes(name) ?? false)),
  ];
}

/** The settings reference as Markdown, from the schema. `descriptions` are those of `Pulumi.yaml`. */
export function settingsDocument(descriptions: Readonly<Record<string, string>>): string {
  const sections = Object.entries(settingSchemas()).map(([name, { isRequired, ...shape }]) =>
    [
      `## ${name}`,
      descriptions[name] ?? "",
      "| setting | type | default | allowed | example |\n| --- | --- | --- | --- | --- |",
      rows([name], shape, isRequired).join("\n"),
    ]
      .join("\n\n")
      .replace("|\n\n| `", "|\n| `"),
  );
  return [
    "# Settings",
    "<!-- Written by `npm run docs` from settings/schema.ts, settings/reference.ts and Pulumi.yaml. -->",
    "What a stack file (`Pulumi.<stack>.yaml`) may say under `config:`, each with the prefix `kops-upgrade-rehearsal:`. `aws:region` is needed besides. `pulumi preview` lists everything that is wrong at once, and starts nothing.",
    ...sections,
    "",
  ]
    .join("\n\n")
    .replace(/\n+$/, "\n");
}

const cell = (text: string): string => text.replaceAll("|", "\\|");
const code = (text: string): string => `\`${cell(text)}\``;
