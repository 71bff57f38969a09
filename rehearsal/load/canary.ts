import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { RehearsalError } from "../errors.ts";

export interface Canary {
  readonly url: string;
  stop(): Promise<void>;
}

const script = fileURLToPath(new URL("canary-server.mjs", import.meta.url));

/** Starts the canary on a free port of the loopback. */
export async function startCanary(): Promise<Canary> {
  const child = execa(process.execPath, [script], { stdin: "pipe", buffer: false, reject: false, detached: true });
  const ended = child.then(() => {
    throw new RehearsalError("The canary server beside the load generator ended before it listened.");
  });
  ended.catch(() => undefined);
  const [port] = (await Promise.race([once(child.stdout, "data"), ended])) as [Buffer];
  return {
    url: `http://127.0.0.1:${port.toString().trim()}/`,
    stop: async () => {
      child.stdin.end();
      await child;
    },
  };
}
