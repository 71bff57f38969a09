/** A line of kops' standard error without the prefix that klog puts before it. */
export interface LogLine {
  /** `I`, `W`, `E` or `F` for klog lines; undefined for plain ones. */
  readonly severity?: "I" | "W" | "E" | "F" | undefined;
  readonly message: string;
}

/** `I0102 15:04:05.000000   12345 file.go:99] message` or a plain line. */
export function parseLogLine(line: string): LogLine {
  const text = line.replace(/\r?\n?$/, "");
  const match = /^([IWEF])\d{4} \d{2}:\d{2}:\d{2}\.\d+ +\d+ [^\s\]]+:\d+\] ?(.*)$/.exec(text);
  return match ? { severity: match[1] as LogLine["severity"], message: match[2] ?? "" } : { message: text };
}
