import type { Path } from "./path.ts";
import type { Rewrite } from "./rewrite.ts";

/** Rewrites a text; contents that are in base64 (`isBase64: true` of a file) are rewritten inside. */
export function decoded(
  value: string,
  path: Path,
  parent: Readonly<Record<string, unknown>>,
  rewrite: Rewrite,
): { text: string; found: readonly string[] } {
  if (path.at(-1) !== "content" || parent["isBase64"] !== true) return rewrite(value);
  // A character for each byte, so that what is no text stays as it is.
  const plain = Buffer.from(value, "base64").toString("latin1");
  const { text, found } = rewrite(plain);
  // Whitespace and padding of the original stay where there is nothing to replace.
  return found.length === 0 ? { text: value, found } : { text: Buffer.from(text, "latin1").toString("base64"), found };
}
