import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { fork, type ChildProcess } from "node:child_process";
import { Agent, createServer, get, type Server } from "node:http";
import { createServer as createPlain, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { BalancerFaults, FromServer, ToServer } from "../../../lab/load-balancer/protocol.ts";
import type { Target } from "../../../lab/load-balancer/targets.ts";
import { eventually } from "../lab/eventually.ts";

const script = fileURLToPath(new URL("../../../lab/load-balancer/server.mjs", import.meta.url));
const names = ["a", "b", "c"];
let server: ChildProcess;
let port = 0;
const heard: FromServer[] = [];
const pods = new Map<string, Server>();
const targets: Target[] = [];

const send = (message: ToServer) => server.send(message);
const faults = (changes: Partial<BalancerFaults>) => send({ type: "faults", dropTargets: [], resets: [], ...changes });
const balance = (to: readonly Target[], at = port) =>
  send({
    type: "balancers",
    balancers: [{ name: "default/web", address: "127.0.0.1", ports: [{ port: at, targets: to }] }],
  });

/** Who answered, or the code of the error. */
function ask(agent: Agent | false = false, timeoutMs = 5000): Promise<string> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const request = get({ host: "127.0.0.1", port, agent, signal }, (response) => {
      response.setEncoding("utf8");
      response.on("data", resolve);
    });
    request.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.name));
  });
}
const answers = async (count: number) => new Set(await Promise.all(Array.from({ length: count }, () => ask())));

beforeAll(async () => {
  for (const name of names) {
    const pod = createServer((_request, response) => response.end(name));
    await new Promise<void>((resolve) => pod.listen(0, "127.0.0.1", resolve));
    pods.set(name, pod);
    targets.push({ id: name, host: "127.0.0.1", port: (pod.address() as AddressInfo).port });
  }
  const free = createPlain();
  await new Promise<void>((resolve) => free.listen(0, "127.0.0.1", resolve));
  port = (free.address() as AddressInfo).port;
  await new Promise((resolve) => free.close(resolve));
  server = fork(script, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  server.on("message", (message) => heard.push(message as FromServer));
  send({ type: "timing", deregistrationMs: 400, healthMs: 30 });
});

beforeEach(async () => {
  faults({});
  balance(targets);
  await eventually(async () => expect(await answers(9)).toEqual(new Set(names)));
});

afterAll(() => {
  server.kill();
  for (const pod of pods.values()) {
    pod.closeAllConnections();
    pod.close();
  }
});

test("connections go to all targets in turn", async () => {
  const outcomes = [];
  for (let index = 0; index < 30; index += 1) outcomes.push(await ask());
  for (const name of names) expect(outcomes.filter((one) => one === name)).toHaveLength(10);
});

test("it says where it listens, and why it cannot", async () => {
  expect(heard).toContainEqual({ type: "listening", name: "default/web", address: "127.0.0.1", port });
  const taken = targets[0]?.port ?? 0;
  balance(targets, taken);
  await eventually(() =>
    expect(heard).toContainEqual(expect.objectContaining({ type: "failed", port: taken, code: "EADDRINUSE" })),
  );
});

test("without targets a connection is reset", async () => {
  balance([]);
  await eventually(async () => expect(await ask()).toBe("ECONNRESET"));
});

test("a removed target gets no new connection, keeps those it has, and loses them after the delay", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const kept = await ask(agent);
  balance(targets.filter(({ id }) => id !== kept));
  await eventually(async () => expect((await answers(6)).has(kept)).toBe(false));
  expect(await ask(agent)).toBe(kept);
  await eventually(async () => expect(await ask(agent)).not.toBe(kept), 5000);
  agent.destroy();
});

test("a target that refuses connections resets the client's until its health check takes it out", async () => {
  const free = createPlain((socket) => void socket.resume());
  await new Promise<void>((resolve) => free.listen(0, "127.0.0.1", resolve));
  const dying = { id: "dying", host: "127.0.0.1", port: (free.address() as AddressInfo).port };
  balance([dying]);
  await eventually(async () => expect(await ask(false, 100)).toBe("ABORT_ERR"));
  await new Promise((resolve) => free.close(resolve));
  expect(await ask()).toBe("ECONNRESET");
  balance([dying, ...targets]);
  await eventually(async () => expect(await answers(9)).toEqual(new Set(names)));
});

test("while everything is dropped nobody hears anything; afterwards both old and new connections go on", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const kept = await ask(agent);
  faults({ drop: { until: Date.now() + 300 } });
  const during = [ask(), ask(agent)];
  expect(await Promise.race([...during, new Promise((resolve) => setTimeout(resolve, 200, "silence"))])).toBe(
    "silence",
  );
  expect(names).toContain(await during[0]);
  expect(await during[1]).toBe(kept);
  agent.destroy();
});

test("one target can be dropped, by its name or any", async () => {
  faults({ dropTargets: [{ target: "b" }] });
  const outcomes = await Promise.all(names.map(() => ask(false, 300)));
  expect(outcomes.sort()).toEqual(["ABORT_ERR", "a", "c"]);
  faults({ dropTargets: [{ target: "any" }] });
  const others = await Promise.all(Array.from({ length: 6 }, () => ask(false, 300)));
  expect(others.filter((outcome) => outcome === "ABORT_ERR")).toHaveLength(2);
});

test("all connections can be reset, those in use too, until a moment", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await ask(agent);
  faults({ resets: [{ until: Date.now() + 300 }] });
  expect(await Promise.all([ask(), ask(agent)])).toEqual(["ECONNRESET", "ECONNRESET"]);
  await eventually(async () => expect(names).toContain(await ask(agent)));
  agent.destroy();
});

test("it says since when faults are in force", async () => {
  const before = Date.now();
  faults({ drop: { until: before + 1 } });
  await eventually(() =>
    expect(heard.some((message) => message.type === "faults" && message.atMs >= before)).toBe(true),
  );
});

test("connections to one target can be reset", async () => {
  faults({ resets: [{ target: "b" }] });
  expect((await Promise.all(names.map(() => ask()))).sort()).toEqual(["ECONNRESET", "a", "c"]);
});

test("each answer can be delayed", async () => {
  faults({ delay: { ms: 200 } });
  const began = performance.now();
  expect(names).toContain(await ask());
  expect(performance.now() - began).toBeGreaterThanOrEqual(195);
});
