// One port of a load balancer: its targets, their health, and who gets the next connection.
import { connect, createServer } from "node:net";
import { Connection } from "./connection.mjs";

/** So many failed checks in a row take a target out. */
const unhealthyAfter = 2;
const checkTimeoutMs = 1000;

export class Listener {
  #server;
  #faults;
  #timing;
  #targets = new Map();
  #next = 0;
  #leaving = new Set();

  /** @param {{ deregistrationMs: number, healthMs: number }} timing */
  constructor(address, port, faults, timing, report) {
    this.#faults = faults;
    this.#timing = timing;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#accept(client));
    this.#server.on("error", ({ code, message }) => report({ type: "failed", address, port, code, message }));
    this.#server.listen({ host: address, port, backlog: 4096 }, () => report({ type: "listening", address, port }));
  }

  targetIds() {
    return [...this.#targets.values()].map(({ id }) => id).sort();
  }

  /** New targets take connections once they are healthy; missing ones get no new connection from now on. */
  setTargets(targets) {
    const wanted = new Map(targets.map((target) => [`${target.host}:${target.port}`, target]));
    for (const [key, target] of this.#targets) if (!wanted.has(key)) this.#deregister(key, target);
    for (const [key, target] of wanted) {
      if (this.#targets.has(key)) continue;
      const registered = { ...target, healthy: false, wasHealthy: false, failures: 0, connections: new Set() };
      this.#targets.set(key, registered);
      this.#scheduleCheck(registered);
    }
  }

  close() {
    this.#server.close();
    this.setTargets([]);
    for (const target of this.#leaving) this.#cut(target);
  }

  #accept(client) {
    const target = this.#pick();
    if (target !== undefined) return void new Connection(client, target, this, this.#faults);
    client.on("error", () => undefined);
    client.resetAndDestroy();
  }

  /** Round robin over the healthy targets; when none is healthy, over all that have ever been. */
  #pick() {
    const all = [...this.#targets.values()];
    const healthy = all.filter((target) => target.healthy);
    const candidates = healthy.length > 0 ? healthy : all.filter((target) => target.wasHealthy);
    return candidates[this.#next++ % candidates.length];
  }

  #deregister(key, target) {
    this.#targets.delete(key);
    clearTimeout(target.check);
    this.#leaving.add(target);
    target.cut = setTimeout(() => this.#cut(target), this.#timing.deregistrationMs);
  }

  #cut(target) {
    clearTimeout(target.cut);
    this.#leaving.delete(target);
    for (const connection of [...target.connections]) connection.cut();
  }

  #scheduleCheck(target) {
    target.check = setTimeout(async () => {
      const ok = await accepts(target);
      target.failures = ok ? 0 : target.failures + 1;
      if (ok) target.healthy = target.wasHealthy = true;
      else if (target.failures >= unhealthyAfter) target.healthy = false;
      if (this.#targets.get(`${target.host}:${target.port}`) === target) this.#scheduleCheck(target);
    }, this.#timing.healthMs);
  }
}

function accepts({ host, port }) {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (ok) => {
      socket.destroy();
      resolve(ok);
    };
    socket.setTimeout(checkTimeoutMs, () => end(false));
    socket.on("connect", () => end(true));
    socket.on("error", () => end(false));
  });
}
