import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveControlApi, type ControlApi } from "../../../lab/control-api.ts";
import { connectLab, NoLabError } from "../../../lab/connect.ts";
import { Faults } from "../../../lab/faults.ts";
import { processStartTime } from "../../../processes/process-identity.ts";
import { readState, writeState, type LabState } from "../../../lab/state-file.ts";
import { renderStatus, type LabStatus } from "../../../lab/status.ts";
import { eventually } from "./eventually.ts";

let dir: string;
let faults: Faults;
let api: ControlApi;
let downs: number;
let state: LabState;

const status: LabStatus = {
  dir: "/lab",
  pid: 7,
  since: "2026-01-01T00:00:00.000Z",
  owned: false,
  endpoints: { aws: "http://127.0.0.1:1" },
  cluster: { phase: "ready", name: "mirror.example.com", controlPlane: ["i-1"] },
  nodes: {
    nodes: [{ name: "i-1", instance: "i-1", role: "control-plane", ready: true, version: "v1.34.3" }],
    pods: { processes: 3, total: 24 },
    loadBalancers: [{ name: "default/app", address: "127.0.0.9:8080", targets: 3 }],
  },
  processes: [{ name: "etcd", pid: 8 }],
  memoryBytes: 512 * 2 ** 20,
  faults: [{ id: 1, kind: "lb-delay", value: 50, until: 3000 }],
};

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "lab-api-"));
  faults = new Faults();
  downs = 0;
  api = await serveControlApi({
    faults,
    faultsApplied: () => Promise.resolve(),
    status: () => Promise.resolve(status),
    down: () => downs++,
  });
  state = {
    version: 1,
    pid: process.pid,
    startTime: processStartTime(process.pid),
    since: "now",
    url: api.url,
    token: api.token,
    owned: false,
    endpoints: {},
    env: { LAB_DIR: dir },
    path: ["/tools"],
  };
  writeState(dir, state);
});
afterEach(async () => {
  await api.stop();
  rmSync(dir, { recursive: true });
});

describe("a lab that runs", () => {
  test("is found by its folder, with a state that only its owner may read", async () => {
    expect(statSync(join(dir, "state.json")).mode & 0o777).toBe(0o600);
    const lab = await connectLab(dir);
    expect(lab.env).toEqual({ LAB_DIR: dir, PATH: `/tools:${process.env["PATH"] ?? ""}` });
    expect(await lab.status()).toEqual(status);
  });

  test("takes faults and gives them up", async () => {
    const lab = await connectLab(dir);
    const delay = await lab.fault("lb-delay", { value: 50 });
    const deny = await lab.fault("aws-deny", { target: "ec2:RunInstances", forMs: 60_000 });
    expect(faults.list()).toEqual([delay, deny]);
    expect(delay).toEqual({ id: delay.id, kind: "lb-delay", value: 50 });
    await lab.clearFault(delay.id);
    expect(faults.list()).toEqual([deny]);
    await expect(lab.clearFault(delay.id)).rejects.toThrow(`no fault #${delay.id} is in force`);
    await lab.clearFault();
    expect(faults.list()).toEqual([]);
  });

  test("answers nobody without its token, and nothing that it does not know", async () => {
    expect((await fetch(`${api.url}/status`)).status).toBe(401);
    const wrong = { authorization: `Bearer ${"0".repeat(api.token.length)}` };
    expect((await fetch(`${api.url}/down`, { method: "POST", headers: wrong })).status).toBe(401);
    const headers = { authorization: `Bearer ${api.token}` };
    expect((await fetch(`${api.url}/nothing`, { headers })).status).toBe(404);
    const bad = await fetch(`${api.url}/faults`, { method: "POST", headers, body: '{"kind":"earthquake"}' });
    expect([bad.status, await bad.text()]).toEqual([400, expect.stringContaining("kind")]);
    expect([downs, faults.list()]).toEqual([0, []]);
  });

  test("is asked to end", async () => {
    const headers = { authorization: `Bearer ${api.token}` };
    expect((await fetch(`${api.url}/down`, { method: "POST", headers })).status).toBe(202);
    await eventually(() => expect(downs).toBe(1));
  });
});

describe("a state left behind", () => {
  test.each([
    ["by a process that is gone", { pid: 2 ** 22 + 1 }],
    ["by another process with the same id", { startTime: "1" }],
  ])("%s is no lab", async (_name, change) => {
    writeState(dir, { ...state, ...change });
    expect(readState(dir)).toBeUndefined();
    await expect(connectLab(dir)).rejects.toThrow(NoLabError);
  });

  test("by something else is no lab", () => {
    writeFileSync(join(dir, "state.json"), '{"version": 1');
    expect(readState(dir)).toBeUndefined();
    writeFileSync(join(dir, "state.json"), '{"version": 2}');
    expect(readState(dir)).toBeUndefined();
  });
});

test("the status for people has all that runs", () => {
  expect(renderStatus(status, 1000)).toBe(`lab      /lab (pid 7, since 2026-01-01T00:00:00.000Z)
aws      http://127.0.0.1:1
cluster  mirror.example.com (ready), control plane: i-1
nodes    1
  i-1  control-plane  Ready  v1.34.3
pods     24, 3 of them as processes
balancer default/app  127.0.0.9:8080  3 targets
memory   512 MiB in the supervisor and etcd
faults
  #1 lb-delay by 50, for 2000 ms more
`);
});
