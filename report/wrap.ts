/** Text on lines of at most so many characters, broken between words; a longer word is cut. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text
    .trim()
    .split(/\s+/)
    .flatMap((one) => pieces(one, width))) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

const pieces = (word: string, width: number): string[] => word.match(new RegExp(`.{1,${width}}`, "gu")) ?? [word];

/** Cuts what is too long. */
export const fit = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, width - 3)}...`;
