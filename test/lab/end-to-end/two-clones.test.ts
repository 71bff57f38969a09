import { request } from "node:https";
import { afterAll, expect, jest, test } from "@jest/globals";
import { diffInventory } from "../../../lab/aws/inventory.ts";
import { Clone } from "./clone.ts";

jest.setTimeout(20 * 60_000);

const clones: Clone[] = [];
afterAll(async () => {
  for (const clone of clones) await clone.dispose();
});

test("two rehearsals in two clones at once do not meet; one has three control planes and its API keeps answering", async () => {
  const left = await Clone.create("left");
  const right = await Clone.create("right");
  clones.push(left, right);
  // This one serves a kustomization instead of the sample app.
  await left.configure({
    "kops-upgrade-rehearsal:app": {
      kustomization: "examples/kustomization",
      service: "shop/shop-web",
      path: "/hostname",
      port: 8080,
    },
  });
  await right.configure({
    "kops-upgrade-rehearsal:controlPlane.zones": ["us-east-1a", "us-east-1b", "us-east-1c"],
    "kops-upgrade-rehearsal:controlPlane.count": 3,
  });
  const [inLeft, inRight] = await Promise.all([rehearse(left, 1), rehearse(right, 3)]);
  expect(inLeft.filter((name) => inRight.includes(name))).toEqual([]);
});

/** From nothing to nothing, with one worker; returns the names of its nodes. */
async function rehearse(clone: Clone, controlPlanes: number): Promise<string[]> {
  await clone.configure({
    "kops-upgrade-rehearsal:load.rate": 50,
    "kops-upgrade-rehearsal:load.durationSeconds": 15,
    "kops-upgrade-rehearsal:nodes.zones": ["us-east-1a"],
    "kops-upgrade-rehearsal:nodes.count": 1,
  });
  await clone.startLab();
  const before = await clone.inventory();
  const api = watchApi(clone);
  const up = await clone.up();
  const answers = api.stop();
  expect({ exitCode: up.exitCode, end: up.exitCode === 0 ? "" : up.all.slice(-2000) }).toEqual({
    exitCode: 0,
    end: "",
  });

  const verdict = await clone.verdict();
  expect(verdict.upgradeLanded.landed).toBe(true);
  expect(verdict.upgradeLanded.nodes).toHaveLength(controlPlanes + 1);
  expect(verdict.upgrade.failed).toBe(0);
  expect(verdict.upgrade.requests).toBeGreaterThan(500);
  expect(verdict.cost).toMatchObject({ region: "us-east-1", unknown: 0 });
  expect(verdict.cost?.usd).toBeGreaterThan(0);
  expect(verdict.schedule.perNode?.turns.length).toBeGreaterThan(0);
  if (controlPlanes === 3) {
    expect(answers.answered).toBeGreaterThan(100);
    expect(answers.refusedAfterFirst).toBe(0);
  }

  const destroy = await clone.destroy();
  expect(destroy.exitCode).toBe(0);
  expect(diffInventory(before, await clone.inventory())).toEqual({ added: [], removed: [] });
  return verdict.upgradeLanded.nodes.map((node) => node.name);
}

/** Asks the API endpoint four times a second, each time over a new connection; any HTTP answer counts, 401 as well. */
function watchApi(clone: Clone): { stop: () => { answered: number; refusedAfterFirst: number } } {
  const url = new URL("/readyz", clone.lab.env["REHEARSAL_API_SERVER"]);
  let answered = 0;
  let refusedAfterFirst = 0;
  const timer = setInterval(() => {
    const asked = request(url, { rejectUnauthorized: false, agent: false, timeout: 10_000 }, (response) => {
      response.resume();
      answered++;
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer within 10 s")));
    asked.on("error", () => {
      if (answered > 0) refusedAfterFirst++;
    });
    asked.end();
  }, 250);
  return {
    stop() {
      clearInterval(timer);
      return { answered, refusedAfterFirst };
    },
  };
}
