import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { NewEvent } from "../../../rehearsal/event-log.ts";
import { waitForTarget } from "../../../rehearsal/target.ts";
import { configOf } from "./config.fixture.ts";

let server: Server;
let status = 200;
let told: NewEvent[];
beforeEach(async () => {
  told = [];
  server = createServer((_, response) => response.writeHead(status).end("x"));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function wait(required: boolean): Promise<void> {
  const { port } = server.address() as { port: number };
  const config = configOf({ targetUrl: `http://127.0.0.1:${port}/` });
  const log = { emit: (event: NewEvent) => void told.push(event) };
  return waitForTarget({ config, log } as never, { required, limitMs: 1 });
}

test("an app that answers is waited for until it does so several times in a row", async () => {
  status = 200;
  const { port } = server.address() as { port: number };
  const config = configOf({ targetUrl: `http://127.0.0.1:${port}/` });
  await waitForTarget({ config, log: { emit: (event: NewEvent) => void told.push(event) } } as never);
  expect(told).toEqual([]);
});

test("with an app that does not answer nothing is begun; what was begun, and the way back, goes on", async () => {
  status = 503;
  await expect(wait(true)).rejects.toThrow(/does not answer[^]*status 503[^]*Next: /);
  await wait(false);
  expect(told.at(-1)).toMatchObject({
    kind: "warning",
    message: expect.stringMatching(/does not answer \(status 503\): it goes on all the same/) as unknown,
  });
});
