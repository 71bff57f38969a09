import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { randomBytes, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Part } from "./context.ts";
import { faultKinds, type FaultName, type Faults } from "./faults.ts";
import type { LabStatus } from "./status.ts";

export const faultRequestSchema = z.object({
  kind: z.enum(Object.keys(faultKinds) as [FaultName, ...FaultName[]]),
  target: z.string().min(1).optional(),
  value: z.number().min(0).optional(),
  /** ms; absent: until it is cleared. */
  forMs: z.number().int().positive().optional(),
});
export type FaultRequest = z.infer<typeof faultRequestSchema>;

export interface ControlApiHandlers {
  status(): Promise<LabStatus>;
  readonly faults: Faults;
  /** Resolves when a change of the faults has reached every part; a call that changes them is answered after that. */
  faultsApplied(): Promise<void>;
  /** Asked to end; the answer is sent before. */
  down(): void;
}

export interface ControlApi extends Part {
  readonly url: string;
  readonly token: string;
}

const maxBodyBytes = 64 * 1024;

/** Serves the supervisor's control API on a free loopback port; every call needs the token. */
export async function serveControlApi(handlers: ControlApiHandlers): Promise<ControlApi> {
  const token = randomBytes(32).toString("hex");
  const server = createServer((request, response) => {
    answer(request, response, token, handlers).catch((error: unknown) => {
      if (!response.headersSent) send(response, 500, { error: error instanceof Error ? error.message : String(error) });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: 0, host: "127.0.0.1" }, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the control API has no TCP port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    token,
    async stop() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeIdleConnections();
      });
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  token: string,
  handlers: ControlApiHandlers,
): Promise<void> {
  if (!isAuthorized(request, token)) {
    send(response, 401, { error: "the control API needs the token from state.json" });
    return;
  }
  const { faults } = handlers;
  const id = /^\/faults\/(\d+)$/.exec(request.url ?? "")?.[1];
  const call = `${request.method ?? ""} ${id === undefined ? (request.url ?? "") : "/faults/ID"}`;
  switch (call) {
    case "GET /status":
      send(response, 200, await handlers.status());
      return;
    case "GET /faults":
      send(response, 200, faults.list());
      return;
    case "POST /faults": {
      const fault = faultRequestSchema.safeParse(await readJson(request));
      if (fault.success) {
        const { kind, ...options } = fault.data;
        const added = faults.add(kind, options);
        await handlers.faultsApplied();
        send(response, 201, added);
      } else send(response, 400, { error: z.prettifyError(fault.error) });
      return;
    }
    case "DELETE /faults":
      faults.clear();
      await handlers.faultsApplied();
      send(response, 200, []);
      return;
    case "DELETE /faults/ID":
      if (faults.list().some((fault) => fault.id === Number(id))) {
        faults.clear(Number(id));
        await handlers.faultsApplied();
        send(response, 200, faults.list());
      } else send(response, 404, { error: `no fault #${id ?? ""} is in force` });
      return;
    case "POST /down":
      response.once("finish", () => handlers.down());
      send(response, 202, {});
      return;
    default:
      send(response, 404, { error: `${call} is no call of the control API` });
  }
}

function isAuthorized(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? "");
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > maxBodyBytes) throw new Error(`a request of more than ${maxBodyBytes} bytes`);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    return undefined; // what it should have been is said by the schema's error
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json", connection: "close" }).end(JSON.stringify(body));
}
