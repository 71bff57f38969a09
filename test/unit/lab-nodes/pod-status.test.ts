import { expect, test } from "@jest/globals";
import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import fc from "fast-check";
import { BackOff } from "../../../lab/pods/back-off.ts";
import { AddressBlock, reportedAddress, servedAddress } from "../../../lab/pods/address-block.ts";
import { podStatus, type PodState } from "../../../lab/pods/status.ts";

const now = new Date("2026-01-02T03:04:05Z");
const container = (ready: boolean, state: V1ContainerStatus["state"]): V1ContainerStatus => ({
  name: "web",
  image: "agnhost",
  imageID: "agnhost",
  restartCount: 0,
  ready,
  state,
});
const running = container(true, { running: { startedAt: now } });
const base: PodState = {
  pod: { metadata: { name: "p" }, spec: { containers: [] } },
  hostIp: "10.0.0.1",
  podIp: "100.96.1.2",
  startTime: now,
  init: [],
  containers: [running],
  initialized: true,
};
const conditions = (state: PodState) =>
  Object.fromEntries((podStatus(state, now).conditions ?? []).map(({ type, status }) => [type, status]));

test("a pod with a ready container is Running and Ready", () => {
  expect(podStatus(base, now)).toMatchObject({ phase: "Running", podIP: "100.96.1.2", hostIP: "10.0.0.1" });
  expect(conditions(base)).toMatchObject({ Ready: "True", ContainersReady: "True", Initialized: "True" });
});

test("one container that waits for its image keeps the pod Pending", () => {
  const state = { ...base, containers: [running, container(false, { waiting: { reason: "ErrImagePull" } })] };
  expect(podStatus(state, now).phase).toBe("Pending");
  expect(conditions(state).Ready).toBe("False");
});

test("a container in its back-off leaves the pod Running but not Ready", () => {
  const crashed = { ...container(false, { waiting: { reason: "CrashLoopBackOff" } }) };
  crashed.lastState = { terminated: { exitCode: 1 } };
  expect(podStatus({ ...base, containers: [crashed] }, now).phase).toBe("Running");
});

test("exit codes decide how a pod has ended", () => {
  const phase = (...exitCodes: number[]) => podStatus({ ...base, exitCodes }, now).phase;
  expect([phase(0, 0), phase(0, 3)]).toEqual(["Succeeded", "Failed"]);
});

test("a readiness gate that is not True keeps a pod from being Ready", () => {
  const pod: V1Pod = { ...base.pod, spec: { containers: [], readinessGates: [{ conditionType: "example.com/lb" }] } };
  expect(conditions({ ...base, pod })).toMatchObject({ ContainersReady: "True", Ready: "False" });
  pod.status = { conditions: [{ type: "example.com/lb", status: "True" }] };
  expect(conditions({ ...base, pod }).Ready).toBe("True");
});

test("a condition keeps its time until it changes", () => {
  const before = new Date(0);
  const pod: V1Pod = {
    ...base.pod,
    status: {
      conditions: [
        { type: "Ready", status: "True", lastTransitionTime: before },
        { type: "ContainersReady", status: "False", lastTransitionTime: before },
      ],
    },
  };
  const times = Object.fromEntries(
    (podStatus({ ...base, pod }, now).conditions ?? []).map(({ type, lastTransitionTime }) => [
      type,
      lastTransitionTime,
    ]),
  );
  expect(times).toMatchObject({ Ready: before, ContainersReady: now });
});

test("back-off starts at nothing, doubles up to its limit, and is forgiven", () => {
  const backOff = new BackOff();
  const delays = Array.from({ length: 9 }, () => backOff.next(10));
  expect(delays).toEqual([0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  expect(backOff.next(60_000)).toBe(0);
});

test("blocks of addresses do not meet, and no address is given twice", async () => {
  const blocks = await Promise.all([1, 2, 3].map(() => AddressBlock.reserve(99, () => 0)));
  try {
    const addresses = blocks.flatMap((block) => Array.from({ length: 253 }, () => block.take()));
    expect(new Set(addresses).size).toBe(3 * 253);
    expect(() => blocks[0]?.take()).toThrow("in use");
    const [first = ""] = addresses;
    blocks[0]?.give(first);
    expect(blocks[0]?.take()).toBe(first);
  } finally {
    await Promise.all(blocks.map((block) => block.release()));
  }
});

test("reported and served addresses are one another's inverse", () => {
  fc.assert(
    fc.property(fc.nat(255), fc.nat(255), (block, host) => {
      const served = `127.96.${block}.${host}`;
      expect(reportedAddress(served)).toBe(`100.96.${block}.${host}`);
      expect(servedAddress(reportedAddress(served))).toBe(served);
    }),
  );
});
