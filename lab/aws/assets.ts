import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Part } from "../context.ts";

/** What stands for each file: no node of the lab ever runs one. */
const content = Buffer.from("a file that only exists to have a checksum\n");
const sha256 = `${createHash("sha256").update(content).digest("hex")}\n`;

/** A file server that kops asks for the checksums of what its nodes would download. */
export interface AssetServer extends Part {
  /** e.g. `http://127.0.0.1:40123` */
  readonly url: string;
}

/** Answers every path: `*.sha256` with the checksum of the content that every other path has. Binds a free port of 127.0.0.1. */
export async function startAssets(): Promise<AssetServer> {
  const server = createServer((request, response) => {
    const body = new URL(request.url ?? "/", "http://lab").pathname.endsWith(".sha256") ? sha256 : content;
    response.writeHead(200, { "content-length": Buffer.byteLength(body) });
    response.end(request.method === "HEAD" ? undefined : body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
