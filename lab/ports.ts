import { randomInt } from "node:crypto";
import { createServer } from "node:net";

// Below the range from which Linux, macOS and Windows take the local ports of outgoing connections: a port from that
// range could be taken by any connection between the choice here and the start of the program that is to listen on it.
const lowest = 20_000;
const highest = 32_000;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * Free TCP ports on loopback, all different, chosen at random so that labs beside each other do not meet.
 * Throws when the machine has none left.
 */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  for (let attempt = 0; attempt < 1000 && found.size < count; attempt++) {
    const port = randomInt(lowest, highest);
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  if (found.size < count) throw new Error(`no ${count} free ports on 127.0.0.1 between ${lowest} and ${highest}`);
  return [...found];
}
