import { describe, expect, test } from "@jest/globals";
import type { V1Node } from "@kubernetes/client-node";
import { findBlockers } from "../../../analysis/blockers.ts";
import type { RehearsalEvent } from "../../../analysis/events.ts";
import type { NewEvent } from "../../../rehearsal/event-log.ts";
import { notJoined } from "../../../rehearsal/watch/blocked.ts";
import { Consoles, lastLines } from "../../../rehearsal/watch/consoles.ts";

const signal = new AbortController().signal;

describe("the last lines of a console", () => {
  test("are those that say something, without colours, and cut to a length", () => {
    const boot = ["early", "a", "b", "c", "", "\u001b[32m[  OK  ]\u001b[0m Started kubelet.\r", "x".repeat(1000)];
    expect(lastLines(boot.join("\n"))).toBe(`a | b | c | [  OK  ] Started kubelet. | ${"x".repeat(240)}…`);
    expect(lastLines("\n \r\n")).toBe("");
  });

  test("hold no secret", () => {
    const said = "export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\nthe password-of-mine went by";
    expect(lastLines(said, ["password-of-mine"])).not.toMatch(/wJalr|password-of-mine/);
  });
});

test("of each instance they are told once, and as soon as AWS has any", async () => {
  const told: NewEvent[] = [];
  const said: Record<string, string> = { "i-1": "kernel panic", "i-2": "" };
  const consoles = new Consoles(
    "us-east-1",
    (event) => told.push(event),
    (id) => Promise.resolve(said[id] ?? ""),
  );
  await consoles.tell([{ id: "i-1" }, { id: "i-2" }], signal);
  await consoles.tell([{ id: "i-1" }, { id: "i-2" }], signal);
  expect(told).toEqual([
    { kind: "console", node: "i-1", instance: "i-1", message: "the console of instance i-1 ends with: kernel panic" },
  ]);
  said["i-2"] = "no network";
  await consoles.tell([{ id: "i-1" }, { id: "i-2" }], signal);
  expect(told.map(({ node }) => node)).toEqual(["i-1", "i-2"]);
});

test("an instance has not joined while it has no node that is ready; a bastion never does", () => {
  const node = (id: string, status: string): V1Node => ({
    metadata: { name: id },
    spec: { providerID: `aws:///us-east-1a/${id}` },
    status: { conditions: [{ type: "Ready", status }] },
  });
  const running = ["i-1", "i-2", "i-3", "i-4"].map((id) => ({
    id,
    state: "running",
    launchedMs: 0,
    joins: id !== "i-4",
    group: "nodes",
    zone: "us-east-1a",
    type: "m5.large",
    reason: "",
  }));
  expect(notJoined([node("i-1", "True"), node("i-2", "False")], running).map(({ id }) => id)).toEqual(["i-2", "i-3"]);
});

test("a roll that halted for an instance that did not join says how its console ends", () => {
  const event = (kind: RehearsalEvent["kind"], message: string, more: object = {}): RehearsalEvent => ({
    time: "2026-11-29T08:00:00.000Z",
    phase: "nodes",
    kind,
    message,
    ...more,
  });
  const missing = 'Cluster did not pass validation: machine "i-1" has not yet joined cluster';
  const said = event("console", "the console of instance i-1 ends with: no network", { node: "i-1", instance: "i-1" });
  const of = (events: RehearsalEvent[]): string[] =>
    findBlockers(events)
      .filter(({ kind }) => kind === "node-missing")
      .map(({ message }) => message);
  expect(of([event("validation-failed", missing), said])).toEqual([said.message]);
  expect(of([event("validation-failed", missing)])).toEqual(["it has not joined"]);
  // What became a node after all holds nothing up.
  expect(of([event("validation-failed", missing), said, event("validation-passed", "valid")])).toEqual([]);
});
