import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { afterAll, expect, jest, test } from "@jest/globals";
import { ofManifests } from "../../../settings/from-production.ts";
import { diffInventory } from "../../../lab/aws/inventory.ts";
import { planter, plantProduction } from "../production.ts";
import { Clone } from "./clone.ts";

jest.setTimeout(20 * 60_000);

const productionBucket = "shop-production-state";
const productionText = await readFile(new URL("production.yaml", import.meta.url), "utf8");

const clones: Clone[] = [];
afterAll(async () => {
  for (const clone of clones) await clone.dispose();
});

test("two rehearsals in two clones at once do not meet; one mirrors a production, which is only read; one has three control planes and its API keeps answering", async () => {
  const left = await Clone.create("left");
  const right = await Clone.create("right");
  clones.push(left, right);
  // This one is made after production's manifests, and serves a kustomization instead of the sample app.
  await left.configure({
    ...Object.fromEntries(ofManifests.map((name) => [`kops-upgrade-rehearsal:${name}`, undefined])),
    "kops-upgrade-rehearsal:production": { source: `s3://${productionBucket}/shop.production.example.com`, scale: 0.1 },
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
  await right.configure({
    "kops-upgrade-rehearsal:nodes.zones": ["us-east-1a"],
    "kops-upgrade-rehearsal:nodes.count": 1,
  });
  const [inLeft, inRight] = await Promise.all([rehearse(left, 1, productionText), rehearse(right, 3)]);
  expect(inLeft.filter((name) => inRight.includes(name))).toEqual([]);

  const { fidelity } = await left.verdict();
  expect(fidelity).toMatchObject({ waived: 0, unknown: 0, scaled: 2 });
  // The lab has a channel of its own.
  expect(fidelity?.unwaived).toEqual([expect.objectContaining({ field: "spec.channel", changedBy: null })]);
  const requests = (await left.requests()).filter(({ path }) => path.startsWith(`/${productionBucket}`));
  const others = requests.filter(({ accessKey }) => accessKey !== planter);
  expect(others.length).toBeGreaterThan(2);
  expect(others.filter(({ method }) => method !== "GET")).toEqual([]);
});

/** From nothing to nothing, with one worker; returns the names of its nodes. */
async function rehearse(clone: Clone, controlPlanes: number, production?: string): Promise<string[]> {
  await clone.configure({
    "kops-upgrade-rehearsal:load.rate": 50,
    "kops-upgrade-rehearsal:load.durationSeconds": 15,
  });
  await clone.startLab();
  if (production !== undefined) await plantProduction(clone.awsEndpoint, productionBucket, production);
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

  if (production !== undefined) {
    // The manifests ask for a secret that kops cannot make up.
    expect((await clone.run("kops", ["get", "secrets"])).all).toContain("encryptionconfig");
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
