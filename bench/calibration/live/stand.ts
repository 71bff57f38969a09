import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { on } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";
import type { BalancerFaults, FromServer, ToServer } from "../../../lab/load-balancer/protocol.ts";

const port = 8080;
/** Loopback addresses that no lab takes: those have 127.96 and 127.97. */
const addressOf = (host: number): string => `127.98.${process.pid % 250}.${host}`;

/** Three targets behind the lab's load balancer: its real data path and its real pods, without a cluster around them. */
export interface Stand {
  readonly url: string;
  readonly targets: readonly string[];
  /** Orders faults, each of which ends by itself at its `until`; says since when they are in force, in ms since the epoch. */
  setFaults(faults: Partial<BalancerFaults>): Promise<number>;
  /** Lets a pod stand still, or go on. */
  signal(target: number, signal: "SIGSTOP" | "SIGCONT"): void;
  stop(): Promise<void>;
}

export async function startStand(project: string): Promise<Stand> {
  const pods = [1, 2, 3].map((n) => ({ id: `web-${n}`, host: addressOf(n), port }));
  const children = pods.map(({ id, host }) =>
    execa(process.execPath, [join(project, "lab/pods/images/agnhost.mjs"), "netexec", `--http-port=${port}`], {
      env: { LAB_POD_ADDRESS: host, LAB_POD_HOSTNAME: id },
      stdio: "ignore",
      reject: false,
    }),
  );
  const balancer = fork(join(project, "lab/load-balancer/server.mjs"));
  const send = (message: ToServer): void => void balancer.send(message);
  const setFaults = async (faults: Partial<BalancerFaults>): Promise<number> => {
    const inForce = told(balancer, "faults");
    send({ type: "faults", dropTargets: [], resets: [], ...faults });
    return (await inForce).atMs;
  };
  const stop = async (): Promise<void> => {
    balancer.disconnect();
    for (const child of children) {
      child.kill("SIGCONT");
      child.kill("SIGKILL");
    }
    await Promise.all(children);
  };
  try {
    const address = addressOf(100);
    send({ type: "timing", deregistrationMs: 3000, healthMs: 500 });
    await setFaults({});
    const listening = told(balancer, "listening");
    send({ type: "balancers", balancers: [{ name: "web", address, ports: [{ port, targets: pods }] }] });
    await listening;
    const url = `http://${address}:${port}/hostname`;
    await answering(url, pods.length);
    return {
      url,
      targets: pods.map(({ id }) => id),
      setFaults,
      signal: (target, signal) => void children[target]?.kill(signal),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the load balancer says next of a kind. */
async function told<T extends FromServer["type"]>(
  balancer: ChildProcess,
  type: T,
): Promise<Extract<FromServer, { type: T }>> {
  for await (const [message] of on(balancer, "message", { signal: AbortSignal.timeout(10_000) })) {
    const heard = message as FromServer;
    if (heard.type === "failed") throw new Error(`the load balancer cannot listen: ${heard.message}`);
    if (heard.type === type) return heard as Extract<FromServer, { type: T }>;
  }
  throw new Error("the load balancer's process has ended");
}

/** Waits until all targets have been heard. */
async function answering(url: string, targets: number): Promise<void> {
  const heard = new Set<string>();
  for (let tries = 0; heard.size < targets; tries++) {
    if (tries > 100) throw new Error(`only ${[...heard].join(", ") || "none"} of ${targets} targets answer at ${url}`);
    await delay(100);
    // fetch waits for ever on a connection that is reset as soon as it is made, as they are while no target is healthy.
    const signal = AbortSignal.timeout(1000);
    const answer = await fetch(url, { headers: { connection: "close" }, signal }).catch(() => undefined);
    if (answer?.ok === true) heard.add(await answer.text());
  }
}
