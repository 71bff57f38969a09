import { expect, test } from "@jest/globals";
import type { V1Node } from "@kubernetes/client-node";
import type { NewEvent } from "../../../rehearsal/event-log.ts";
import { uncordonLeftBehind } from "../../../rehearsal/uncordon.ts";

test("nodes that a stopped roll has left cordoned take pods again; others are not touched", async () => {
  const uncordoned: string[] = [];
  const events: NewEvent[] = [];
  const nodes: V1Node[] = [
    { metadata: { name: "i-drained" }, spec: { unschedulable: true } },
    { metadata: { name: "i-serving" }, spec: {} },
    { metadata: { name: "i-of-a-probe" }, spec: { unschedulable: true } },
    { metadata: { name: "i-going", deletionTimestamp: new Date() }, spec: { unschedulable: true } },
  ];
  await uncordonLeftBehind(
    {
      nodes: () => Promise.resolve(nodes),
      uncordon: (name) => {
        uncordoned.push(name);
        return Promise.resolve();
      },
    },
    { emit: (event) => void events.push(event) },
    ["i-drained", "i-serving", "i-going"],
  );
  expect(uncordoned).toEqual(["i-drained"]);
  expect(events).toEqual([expect.objectContaining({ kind: "note", node: "i-drained" })]);
});
