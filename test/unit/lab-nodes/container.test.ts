import { afterEach, expect, test } from "@jest/globals";
import type { V1Container, V1ContainerStatus } from "@kubernetes/client-node";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Container, type ContainerHost } from "../../../lab/pods/container.ts";
import type { Exit, Running } from "../../../lab/pods/runtime.ts";
import { eventually } from "../lab/eventually.ts";

const spec: V1Container = { name: "web", image: "agnhost" };
const cleanups: (() => void)[] = [];
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

/**
 * A container in a pod that writes down what happens, and each status that it tells of: one that lasts moments may be over
 * before anybody looks. Its process ends on SIGTERM unless it is `stubborn`.
 */
function start(container: Partial<V1Container>, changes: Partial<ContainerHost> & { stubborn?: boolean } = {}) {
  const happened: string[] = [];
  const told: V1ContainerStatus[] = [];
  const faults = new Set<string>();
  const ends: ((exit: Exit) => void)[] = [];
  const host: ContainerHost = {
    restartPolicy: "Always",
    graceMs: 100,
    readyDelayMs: () => 0,
    faultActive: (kind) => faults.has(kind),
    changed: () => void told.push(subject.status()),
    event: ({ reason, message }) => happened.push(`${reason}: ${message}`),
    start(): Running {
      happened.push("start");
      const exited = new Promise<Exit>((resolve) => ends.push(resolve));
      const end = ends.at(-1);
      return {
        exited,
        signal(signal) {
          happened.push(signal);
          if (signal === "SIGKILL" || !changes.stubborn) end?.({ code: signal === "SIGKILL" ? 137 : 0 });
        },
      };
    },
    ...changes,
  };
  const subject = new Container({ ...spec, ...container }, host);
  cleanups.push(() => subject.kill());
  subject.start();
  const signals = () => happened.filter((entry) => !entry.startsWith("Started"));
  const wasTold = (status: Readonly<Record<string, unknown>>) =>
    eventually(() => expect(told).toContainEqual(expect.objectContaining(status)));
  return { subject, happened, told, wasTold, signals, faults, exit: (code: number) => ends.at(-1)?.({ code }) };
}

async function answering(status: () => number, heard: (path: string) => void = () => undefined) {
  const server: Server = createServer((request, response) => {
    heard(request.url ?? "");
    response.writeHead(status()).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test("stopping is SIGTERM, and SIGKILL only when the grace period is over", async () => {
  const polite = start({});
  await polite.subject.stop(60_000);
  expect(polite.signals()).toEqual(["start", "SIGTERM"]);
  expect(polite.subject.ended).toBe(0);
  const stubborn = start({}, { stubborn: true });
  await stubborn.subject.stop(20);
  expect(stubborn.signals()).toEqual(["start", "SIGTERM", "SIGKILL"]);
  expect(stubborn.subject.ended).toBe(137);
});

test("preStop comes before SIGTERM", async () => {
  const heard: string[] = [];
  const port = await answering(
    () => 200,
    (path) => heard.push(path),
  );
  const { subject, signals } = start(
    { lifecycle: { preStop: { httpGet: { path: "/drain", port } } } },
    { probeAddress: "127.0.0.1" },
  );
  const stopped = subject.stop(10_000);
  expect(signals()).toEqual(["start"]);
  await stopped;
  expect(heard).toEqual(["/drain"]);
  expect(signals()).toEqual(["start", "SIGTERM"]);
});

test("a preStop that the lab cannot run is told, and does not keep the container from being stopped", async () => {
  const { subject, happened } = start(
    { lifecycle: { preStop: { exec: { command: ["true"] } } } },
    { probeAddress: "127.0.0.1" },
  );
  await subject.stop(1000);
  expect(happened).toContain("FailedPreStopHook: the lab can only run preStop hooks by sleep and httpGet");
  expect(happened).toContain("SIGTERM");
});

test("under the fault ignore-sigterm only SIGKILL ends it", async () => {
  const { subject, signals, faults } = start({});
  faults.add("ignore-sigterm");
  await subject.stop(20);
  expect(signals()).toEqual(["start", "SIGKILL"]);
});

test("a process that ends is started again, at first at once", async () => {
  const { subject, signals, wasTold, exit } = start({});
  exit(1);
  await eventually(() => expect(subject.status()).toMatchObject({ restartCount: 1, ready: true }));
  expect(subject.status().lastState).toMatchObject({ terminated: { exitCode: 1, reason: "Error" } });
  exit(1);
  await wasTold({ ready: false, state: { waiting: expect.objectContaining({ reason: "CrashLoopBackOff" }) } });
  expect(signals().slice(0, 2)).toEqual(["start", "start"]);
});

test("what has finished stays so unless the policy says otherwise", async () => {
  const never = start({}, { restartPolicy: "Never" });
  never.exit(3);
  await eventually(() => expect(never.subject.ended).toBe(3));
  const onFailure = start({}, { restartPolicy: "OnFailure" });
  onFailure.exit(0);
  await eventually(() => expect(onFailure.subject.ended).toBe(0));
  expect(never.signals()).toEqual(["start"]);
  expect(onFailure.signals()).toEqual(["start"]);
});

test("failing liveness restarts, and failing readiness only says so", async () => {
  let status = 200;
  const port = await answering(() => status);
  const probe = { httpGet: { port }, periodSeconds: 0.02, failureThreshold: 2 };
  const { subject, signals, told, wasTold } = start(
    { readinessProbe: probe, livenessProbe: { ...probe, failureThreshold: 10 } },
    { probeAddress: "127.0.0.1" },
  );
  await eventually(() => expect(subject.status().ready).toBe(true));
  told.length = 0;
  status = 503;
  await wasTold({ ready: false, restartCount: 0 });
  await wasTold({ restartCount: 1 });
  expect(signals()).toEqual(expect.arrayContaining(["SIGTERM"]));
  status = 200;
  await eventually(() => expect(subject.status().ready).toBe(true));
});

test("readiness waits for the start-up probe; one that keeps failing restarts", async () => {
  let status = 503;
  const port = await answering(() => status);
  const startupProbe = { httpGet: { port }, periodSeconds: 0.02, failureThreshold: 3 };
  const { subject, wasTold } = start({ startupProbe }, { probeAddress: "127.0.0.1" });
  expect(subject.status()).toMatchObject({ started: false, ready: false });
  await wasTold({ restartCount: 1, started: false });
  status = 200;
  await eventually(() => expect(subject.status()).toMatchObject({ started: true, ready: true }));
});

test("a probe that the lab cannot run fails, rather than passing for nothing", async () => {
  const readinessProbe = { exec: { command: ["true"] }, periodSeconds: 0.02 };
  const { subject, happened } = start({ readinessProbe }, { probeAddress: "127.0.0.1" });
  await eventually(() =>
    expect(happened).toContain("Unhealthy: Readiness probe failed: the lab can only probe by httpGet and tcpSocket"),
  );
  expect(subject.status().ready).toBe(false);
});

test("the fault crash-loop ends a running container, and lets it live when it is over", async () => {
  const { subject, faults } = start({});
  faults.add("crash-loop");
  subject.faultsChanged();
  await eventually(() => expect(subject.status().lastState).toMatchObject({ terminated: { exitCode: 1 } }));
  faults.clear();
  await eventually(() => expect(subject.status()).toMatchObject({ ready: true }));
});
