import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { fork, type ChildProcess } from "node:child_process";
import { Agent, createServer, get, type Server } from "node:http";
import { createServer as createPlain, type AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { BalancerFaults, FromServer, ToServer } from "../../../lab/load-balancer/protocol.ts";
import type { Target } from "../../../lab/load-balancer/targets.ts";
import { freePorts } from "../../../lab/ports.ts";
import { eventually } from "../lab/eventually.ts";

const script = fileURLToPath(new URL("../../../lab/load-balancer/server.mjs", import.meta.url));
const names = ["a", "b", "c"];
let server: ChildProcess;
let port = 0;
const heard: FromServer[] = [];
const pods = new Map<string, Server>();
const targets: Target[] = [];

const send = (message: ToServer) => server.send(message);
const inForce = (): number => heard.filter(({ type }) => type === "faults").length;
/** Resolves when the load balancer says that they are in force: a request may be quicker than the message. */
const faults = async (changes: Partial<BalancerFaults>): Promise<void> => {
  const before = inForce();
  send({ type: "faults", dropTargets: [], resets: [], ...changes });
  await eventually(() => expect(inForce()).toBe(before + 1));
};
const timing = (deregistrationMs: number) => send({ type: "timing", deregistrationMs, healthMs: 30 });
const balance = (to: readonly Target[], at = port) =>
  send({
    type: "balancers",
    balancers: [{ name: "default/web", address: "127.0.0.1", ports: [{ port: at, targets: to }] }],
  });

/** Who answered, or the code of the error. */
function ask(agent: Agent | false = false, timeoutMs = 60_000): Promise<string> {
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
/** Who has answered so many requests at once when `enough` have been answered and the others had their time, and all in the end. */
async function answering(count: number, enough: number): Promise<{ first: string[]; all: Promise<string[]> }> {
  const first: string[] = [];
  const asked = Array.from({ length: count }, async () => {
    const answer = await ask();
    first.push(answer);
    return answer;
  });
  await eventually(() => expect(first.length).toBeGreaterThanOrEqual(enough));
  await delay(200);
  return { first: [...first].sort(), all: Promise.all(asked).then((all) => all.sort()) };
}

beforeAll(async () => {
  for (const name of names) {
    // It is the load balancer that ends connections here.
    const pod = createServer({ keepAliveTimeout: 600_000 }, (_request, response) => response.end(name));
    await new Promise<void>((resolve) => pod.listen(0, "127.0.0.1", resolve));
    pods.set(name, pod);
    targets.push({ id: name, host: "127.0.0.1", port: (pod.address() as AddressInfo).port });
  }
  [port = 0] = await freePorts(1);
  server = fork(script, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  server.on("message", (message) => heard.push(message as FromServer));
});

beforeEach(async () => {
  timing(400);
  await faults({});
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
  timing(600_000);
  balance(targets.filter(({ id }) => id !== kept));
  await eventually(async () => expect((await answers(6)).has(kept)).toBe(false));
  expect(await ask(agent)).toBe(kept);

  balance(targets);
  await eventually(async () => expect(await answers(9)).toEqual(new Set(names)));
  const other = new Agent({ keepAlive: true, maxSockets: 1 });
  const cut = await ask(other);
  timing(400);
  balance(targets.filter(({ id }) => id !== cut));
  await eventually(async () => expect(await ask(other)).not.toBe(cut));
  agent.destroy();
  other.destroy();
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
  await faults({ drop: {} });
  const during = [ask(), ask(agent)];
  expect(await Promise.race([...during, delay(200, "silence")])).toBe("silence");
  await faults({ drop: { until: Date.now() + 100 } });
  expect(names).toContain(await during[0]);
  expect(await during[1]).toBe(kept);
  agent.destroy();
});

test("one target can be dropped, by its name or any", async () => {
  await faults({ dropTargets: [{ target: "b" }] });
  const named = await answering(3, 2);
  expect(named.first).toEqual(["a", "c"]);
  await faults({ dropTargets: [{ target: "any" }] });
  expect(await named.all).toEqual(names);
  const any = await answering(6, 4);
  expect(any.first).toHaveLength(4);
  expect(new Set(any.first).size).toBe(2);
  await faults({});
  expect(await any.all).toEqual(["a", "a", "b", "b", "c", "c"]);
});

test("all connections can be reset, those in use too, until a moment", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await ask(agent);
  await faults({ resets: [{}] });
  expect(await Promise.all([ask(), ask(agent)])).toEqual(["ECONNRESET", "ECONNRESET"]);
  await faults({ resets: [{ until: Date.now() + 100 }] });
  await eventually(async () => expect(names).toContain(await ask(agent)));
  agent.destroy();
});

test("it says since when faults are in force", async () => {
  const before = Date.now();
  await faults({ drop: { until: before + 1 } });
  const last = heard.findLast((message) => message.type === "faults");
  expect(last?.atMs).toBeGreaterThanOrEqual(before);
});

test("connections to one target can be reset", async () => {
  await faults({ resets: [{ target: "b" }] });
  expect((await Promise.all(names.map(() => ask()))).sort()).toEqual(["ECONNRESET", "a", "c"]);
});

test("each answer can be delayed", async () => {
  await faults({ delay: { ms: 200 } });
  const began = performance.now();
  expect(names).toContain(await ask());
  expect(performance.now() - began).toBeGreaterThanOrEqual(195);
});
