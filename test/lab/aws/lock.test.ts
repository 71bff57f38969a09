import { userInfo } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { CreateBucketCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { lockSchema, type Lock } from "../../../ownership/lock.ts";
import { LockedError } from "../../../rehearsal/mirror-lock/errors.ts";
import { Hold, type HoldOptions } from "../../../rehearsal/mirror-lock/hold.ts";
import { LockStore } from "../../../rehearsal/mirror-lock/store.ts";
import { eventually } from "../../unit/lab/eventually.ts";
import { startEmulator, type Emulator } from "./emulator.ts";
import { newOperator, type Operator } from "./operators.ts";

const mirror = { owner: "o1", stack: "test", cluster: "mirror.k8s.example.com" };
const variables = { AWS_ACCESS_KEY_ID: "tester", AWS_SECRET_ACCESS_KEY: "tester", AWS_ENDPOINT_URL: "" };
const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
  Object.assign(process.env, variables, { AWS_ENDPOINT_URL: emulator.aws.endpoint });
  for (const Bucket of ["store", "cli-store"]) await emulator.clients.s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(async () => {
  for (const [name, value] of Object.entries(before))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  await emulator.stop();
});

async function lockIn(Bucket: string, cluster = mirror.cluster): Promise<Lock> {
  const Key = `rehearsals/${cluster}.lock.json`;
  const { Body } = await emulator.clients.s3.send(new GetObjectCommand({ Bucket, Key }));
  return lockSchema.parse(JSON.parse((await Body?.transformToString()) ?? ""));
}

/** What operator `id` takes the lock of a cluster of this name with. */
function options(cluster: string, id: string, changes: Partial<HoldOptions> = {}): HoldOptions {
  return {
    store: new LockStore({ stateStore: "s3://store", clusterName: cluster, region: "us-east-1" }),
    operator: { id, who: `${id}@host` },
    mirror: { ...mirror, cluster },
    step: "apply",
    onLost: () => undefined,
    tell: () => undefined,
    ...changes,
  };
}

describe("the object in the state store", () => {
  test("of eight who want it at once, exactly one has it, and the others are told who", async () => {
    const all = ["a", "b", "c", "d", "e", "f", "g", "h"].map((id) => Hold.take(options("race", id)));
    const results = await Promise.allSettled(all);
    const winners = results.filter(({ status }) => status === "fulfilled");
    expect(winners).toHaveLength(1);
    const { holder } = await lockIn("store", "race");
    for (const result of results) {
      if (result.status === "fulfilled") continue;
      expect(result.reason).toBeInstanceOf(LockedError);
      expect(String(result.reason)).toContain(`worked on by ${holder?.who}, step apply, since ${holder?.since}`);
    }
    for (const result of results) if (result.status === "fulfilled") await result.value?.end("gone");
    await expect(lockIn("store", "race")).rejects.toThrow("The specified key does not exist");
  });

  test("of a process that was killed: its own folder goes on at once, others when it has lapsed", async () => {
    const told: string[] = [];
    const killed = await Hold.take(options("killed", "a"));
    const again = await Hold.take(options("killed", "a", { step: "upgrade" }));
    const lock = await lockIn("store", "killed");
    expect(lock.holder).toMatchObject({ id: "a", step: "upgrade" });
    await expect(Hold.take(options("killed", "b"))).rejects.toThrow(LockedError);

    const store = new LockStore({ stateStore: "s3://store", clusterName: "killed", region: "us-east-1" });
    const seen = await store.read();
    if (typeof seen !== "object") throw new Error("the lock is missing");
    await store.write({ ...lock, holder: { ...lock.holder!, leaseSeconds: 1 } }, seen.etag);
    await delay(3000); // The store's clock has whole seconds.
    const taken = await Hold.take(options("killed", "b", { tell: (line) => told.push(line) }));
    expect(told).toEqual([expect.stringContaining("took the place of the lock of a@host, step upgrade")]);
    expect((await lockIn("store", "killed")).hold).not.toBe(lock.hold);
    for (const hold of [killed, again]) await hold?.end("gone");
    // Theirs are gone; the lock is not.
    expect((await lockIn("store", "killed")).holder).toMatchObject({ id: "b" });
    await taken?.end("gone");
    store.close();
  });

  test("is renewed while work goes on; whoever loses it to one who takes over learns it at the next sign of life", async () => {
    const lost = jest.fn();
    const hold = await Hold.take(options("beat", "a", { heartbeatMs: 1000, onLost: lost }));
    const store = new LockStore({ stateStore: "s3://store", clusterName: "beat", region: "us-east-1" });
    const etags = new Set<string>();
    await eventually(async () => {
      const seen = await store.read();
      if (typeof seen === "object") etags.add(seen.etag);
      expect(etags.size).toBeGreaterThanOrEqual(2);
    });
    const { hold: token } = await lockIn("store", "beat");
    const thief = await Hold.take(options("beat", "b", { takeOver: token }));
    await eventually(() => expect(lost.mock.calls).toEqual([["b@host"]]));
    await hold?.end("free");
    expect((await lockIn("store", "beat")).holder).toMatchObject({ id: "b" });
    // The token is of one hold: it does not open the next one.
    await expect(Hold.take(options("beat", "c", { takeOver: token }))).rejects.toThrow(LockedError);
    await thief?.end("gone");
    store.close();
  });

  test("is not there without a state store, and there is nothing to guard", async () => {
    const store = new LockStore({ stateStore: "s3://no-such-store", clusterName: "x", region: "us-east-1" });
    expect(await Hold.take(options("x", "a", { store }))).toBeUndefined();
  });

  test.each([
    ["s3:GetObject", "read"],
    ["s3:PutObject", "written"],
  ])("without %s the error names it, the bucket and the principal", async (action, what) => {
    emulator.faults.add("aws-deny", { target: action });
    await emulator.aws.faultsApplied();
    const operator = { id: "a", who: "a@host", principal: "arn:aws:iam::123456789012:user/a" };
    const error = Hold.take(options("denied", "a", { operator }));
    await expect(error).rejects.toThrow(
      new RegExp(`could not be ${what}: s3://store/[^]*Bucket: store, action: ${action}, principal: arn:.*user/a`),
    );
    emulator.faults.clear();
    await emulator.aws.faultsApplied();
  });
});

describe("two operators on one mirror", () => {
  const base = { stateStore: "s3://cli-store", owner: "o1" };
  let alice: Operator;
  let bob: Operator;
  beforeAll(async () => {
    [alice, bob] = [await newOperator(emulator, base), await newOperator(emulator, base)];
  });
  afterAll(async () => {
    await Promise.all([alice.remove(), bob.remove()]);
  });

  test("the second is told who works on it, since when, and how to take over; nothing of it is changed", async () => {
    expect(await alice.step("own")).toMatchObject({ exitCode: 0 });
    const lock = await lockIn("cli-store");
    const already = (await emulator.requests()).length;
    const { exitCode, stderr } = await bob.step("own");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("The mirror mirror.k8s.example.com is not free.");
    expect(stderr).toContain(`worked on by ${userInfo().username}@`);
    expect(stderr).toContain("arn:aws:");
    expect(stderr).toContain(`since ${lock.holder?.since}`);
    expect(stderr).toContain(`REHEARSAL_TAKE_OVER=${lock.hold}`);
    const after = (await emulator.requests()).slice(already);
    expect(await lockIn("cli-store")).toEqual(lock);
    const ofMirror = after.filter(({ path }) => path.startsWith("/cli-store/"));
    expect(ofMirror.map(({ action }) => action)).toEqual(["GetObject"]);
  });

  test("the first goes on without being asked, also after it was killed", async () => {
    expect(await alice.step("own")).toMatchObject({ exitCode: 0 });
  });

  test("taking over is explicit; then the first one is the second", async () => {
    const { hold } = await lockIn("cli-store");
    const thief = await newOperator(emulator, base, { REHEARSAL_TAKE_OVER: hold });
    const taken = await thief.step("own");
    expect(taken).toMatchObject({ exitCode: 0 });
    expect(taken.stderr).toContain("took the place of");
    expect(await alice.step("own")).toMatchObject({ exitCode: 1 });
    await thief.remove();
  });

  test("another stack is refused whoever works on it, even when nobody does", async () => {
    const lock = await lockIn("cli-store");
    const store = new LockStore({ stateStore: "s3://cli-store", clusterName: lock.cluster, region: "us-east-1" });
    const seen = await store.read();
    if (typeof seen !== "object") throw new Error("the lock is missing");
    await store.write({ ...lock, holder: null }, seen.etag);
    store.close();
    const { exitCode, stderr } = await bob.step("own", { owner: "o2" });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("It belongs to another stack: test, owner o1.");
    expect(stderr).toContain("npx rehearsal sweep --owner o1");
    expect(await bob.step("own")).toMatchObject({ exitCode: 0 });
  });
});
