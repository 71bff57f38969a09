/** Takes one line for a person to read. */
export type Progress = (line: string) => void;

export const silent: Progress = () => undefined;

/** `45 s`, `3 min 5 s`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Calls `line` with the elapsed time after `firstMs` and then every `everyMs`, until the returned function is called. */
export function ticker(line: (elapsedMs: number) => void, firstMs = 1000, everyMs = 15_000): () => void {
  const start = Date.now();
  const tick = (): void => {
    line(Date.now() - start);
    timer = setTimeout(tick, everyMs);
  };
  let timer = setTimeout(tick, firstMs);
  return () => clearTimeout(timer);
}

/**
 * Prints progress to standard error. On a terminal a line that repeats the last one's subject (the text before `: `) and
 * ends in `…` takes its place; elsewhere each line is printed plainly.
 */
export function printer(stream: NodeJS.WriteStream = process.stderr): Progress {
  let last = "";
  return (line) => {
    const again = stream.isTTY && line.endsWith("…") && last.endsWith("…") && subject(line) === subject(last);
    stream.write(`${again ? "\u001b[1A\u001b[2K" : ""}${line}\n`);
    last = line;
  };
}

function subject(line: string): string {
  return line.slice(0, line.indexOf(": "));
}
