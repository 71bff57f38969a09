export const heading = (level: number, text: string): string => `${"#".repeat(level)} ${text}`;

/** Code within a line; what comes from outside cannot end it. */
export const inline = (text: string): string => `\`${text.replace(/[\s`]+/g, " ")}\``;

/** Text from outside: one line, nothing that starts markup. */
export const plain = (text: string): string => text.replace(/\s+/g, " ").replace(/[\\`*_<>[\]|#]/g, "\\$&");

/** A command as its words, or a line of shell as it is: a comment, a variable. */
export type ShellLine = readonly string[] | string;

/** Lines to copy; a long command is broken before a flag. */
export function shell(...lines: readonly ShellLine[]): string {
  const text = lines.map((line) => (typeof line === "string" ? oneLine(line) : command(line)));
  return `\`\`\`sh\n${text.join("\n")}\n\`\`\``;
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ");

const widest = 96;

function command(argv: readonly string[]): string {
  const lines: string[] = [];
  let line = "";
  for (const word of argv.map(quote)) {
    if (line !== "" && line.length + word.length > widest && /^'?-/.test(word)) {
      lines.push(line);
      line = `  ${word}`;
    } else line += line === "" ? word : ` ${word}`;
  }
  return [...lines, line].join(" \\\n");
}

/** A command as a part of a line of shell. */
export const words = (argv: readonly string[]): string => argv.map(quote).join(" ");

/**
 * As a shell reads it back; placeholders in angle brackets are quoted too, so that a forgotten one is an error of the
 * program. `"$NAME"` stays a variable.
 */
export function quote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word) || /^[\w./=-]*"\$[A-Z]+"$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

export const bullets = (items: readonly string[]): string => items.map((item) => `- ${item}`).join("\n");
export const boxes = (items: readonly string[]): string => items.map((item) => `- [ ] ${item}`).join("\n");
