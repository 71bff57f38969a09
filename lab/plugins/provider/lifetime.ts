const checkEveryMs = 500;

/**
 * Calls `end` once when this process ought to end: on SIGINT or SIGTERM, and when its parent is gone, which a plugin
 * is not told about when the Pulumi CLI is killed.
 */
export function onEnd(end: (reason: string) => void): void {
  let ended = false;
  const once = (reason: string): void => {
    if (ended) return;
    ended = true;
    end(reason);
  };
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) once("the Pulumi CLI is gone");
  }, checkEveryMs).unref();
  process.on("SIGINT", () => once("interrupted"));
  process.on("SIGTERM", () => once("terminated"));
  // A CLI that is gone has closed its ends of the pipes; writing to them must not end this process half-way.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => once("the Pulumi CLI is gone"));
}
