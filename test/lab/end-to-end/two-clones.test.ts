import { readdir, readFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import { afterAll, expect, jest, test } from "@jest/globals";
import { mirrorGrants } from "../../../iam/mirror-grants.ts";
import { readGrants } from "../../../iam/read-grants.ts";
import { Scopes } from "../../../iam/scopes.ts";
import type { Policy } from "../../../lab/aws/principals.ts";
import { verdictStatus } from "../../../rehearsal/exit-status.ts";
import { readPolicySettings } from "../../../rehearsal/policy-settings.ts";
import { ofManifests } from "../../../settings/from-production.ts";
import { diffInventory } from "../../../lab/aws/inventory.ts";
import { planter, plantProduction } from "../production.ts";
import type { Request } from "../aws/emulator.ts";
import { Clone } from "./clone.ts";
import { WorkflowRun } from "./workflow-run.ts";

jest.setTimeout(90 * 60_000);

const account = "123456789012";
const productionBucket = "shop-production-state";
const productionText = await readFile(new URL("production.yaml", import.meta.url), "utf8");

const clones: Clone[] = [];
afterAll(async () => {
  for (const clone of clones) await clone.dispose();
});

test("two rehearsals in two clones at once, each with no permission that it does not need, do not meet; one mirrors a production, which is only read; one has three control planes and its API keeps answering", async () => {
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

  // Each action in the policies was called, or has a reason to be there nevertheless.
  const called = new Set((await Promise.all([left, right].map(restricted))).flat().flatMap(actionsOf));
  const scopes = new Scopes({ ...(await readPolicySettings("local", left.dir)), apiLoadBalancer: false, account });
  const listed = [...readGrants(scopes), ...mirrorGrants(scopes)].flatMap(({ actions }) => actions);
  expect(listed.filter((action) => !called.has(action))).toEqual([]);
});

/**
 * From nothing to nothing, with one worker, by the commands of the project's workflow and with the mirror's policies;
 * returns the names of its nodes.
 */
async function rehearse(clone: Clone, controlPlanes: number, production?: string): Promise<string[]> {
  await clone.configure({
    "kops-upgrade-rehearsal:load.rate": 50,
    "kops-upgrade-rehearsal:load.durationSeconds": 15,
    "kops-upgrade-rehearsal:permissionsBoundary": `arn:aws:iam::${account}:policy/kops-rehearsal-boundary`,
  });
  await clone.startLab();
  if (production !== undefined) await plantProduction(clone.awsEndpoint, productionBucket, production);
  const before = await clone.inventory();
  if (production !== undefined) await preview(clone);
  await clone.restrict("mirror", await policiesOf(clone, "mirror"));
  const workflow = new WorkflowRun(clone, "rehearse.yml", "rehearse", { "inputs.stack": "local" });
  expect(workflow.commands()).toEqual(["Rehearse", "Verdict", "Gate", "Unlock", "Destroy"]);

  const api = watchApi(clone);
  const up = await workflow.run("Rehearse", 30 * 60_000);
  const answers = api.stop();
  expect(await refusedIn(clone)).toEqual([]);
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

  expect(await workflow.run("Verdict")).toMatchObject({
    exitCode: 0,
    summary: expect.stringContaining(verdict.verdict) as unknown,
  });
  expect(await readdir(join(clone.dir, "artifact"))).toEqual(
    expect.arrayContaining(["report.html", "runbook.md", "verdict.json"]),
  );
  expect((await workflow.run("Gate")).exitCode).toBe(verdictStatus(verdict.verdict));
  await sweep(clone);

  // What a rehearsal that was cut off would need first.
  expect(await workflow.run("Unlock")).toMatchObject({ exitCode: 0 });
  const destroy = await workflow.run("Destroy", 30 * 60_000);
  expect(await refusedIn(clone)).toEqual([]);
  expect(destroy.exitCode).toBe(0);
  expect(diffInventory(before, await clone.inventory())).toEqual({ added: [], removed: [] });
  return verdict.upgradeLanded.nodes.map((node) => node.name);
}

/** What the project's workflow does each day, and when told to delete: a mirror that is not expired stays. */
async function sweep(clone: Clone): Promise<void> {
  const before = await clone.inventory();
  const workflow = new WorkflowRun(clone, "sweep.yml", "sweep", { "inputs.stack": "local" });
  expect(workflow.commands()).toEqual(["List", "Delete"]);
  const { summary, ...listed } = await workflow.run("List");
  expect(listed).toMatchObject({ exitCode: 0 });
  expect(summary).toContain("mirror.k8s.example.com");
  const deleted = await workflow.run("Delete");
  expect(deleted).toMatchObject({ exitCode: 0, all: expect.stringContaining("is not expired") as unknown });
  expect(diffInventory(before, await clone.inventory())).toEqual({ added: [], removed: [] });
}

/** What the project's workflow does for a pull request, with the policies for reading: all is shown, nothing is made. */
async function preview(clone: Clone): Promise<void> {
  const before = await clone.inventory();
  await clone.restrict("reader", await policiesOf(clone, "read"));
  const workflow = new WorkflowRun(clone, "preview.yml", "preview", { "matrix.stack": "local" });
  expect(workflow.commands()).toEqual(["Preflight"]);
  const { command, diff } = workflow.inputs("pulumi/actions");
  const shown = await clone.pulumi([String(command), "--stack", "local", ...(diff === true ? ["--diff"] : [])]);
  expect({ exitCode: shown.exitCode, refused: await refusedIn(clone) }).toEqual({ exitCode: 0, refused: [] });
  expect(shown.all).toContain("kops-upgrade-rehearsal:components:MirrorCluster");
  const preflight = await workflow.run("Preflight");
  expect({ exitCode: preflight.exitCode, refused: await refusedIn(clone) }).toEqual({ exitCode: 0, refused: [] });
  // There is no kubeconfig of production's, so some checks stay open.
  expect(preflight.summary).toContain("Nothing of what was checked stands in the way");
  expect(diffInventory(before, await clone.inventory())).toEqual({ added: [], removed: [] });
}

/** The policies of this clone's stack, as the command writes them. */
async function policiesOf(clone: Clone, kind: "read" | "mirror"): Promise<Policy[]> {
  const args = ["rehearsal", "policy", "--kind", kind, "--stack", "local", "--account", account];
  const { exitCode, all } = await clone.run("npx", [...args, "--write", "policies"]);
  expect({ exitCode, all }).toMatchObject({ exitCode: 0 });
  const files = all.trim().split("\n");
  return await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(join(clone.dir, file), "utf8")) as Policy),
  );
}

/** The calls of the keys that are not the lab's own. */
async function restricted(clone: Clone): Promise<Request[]> {
  return (await clone.requests()).filter(({ accessKey }) => accessKey === "mirror" || accessKey === "reader");
}

async function refusedIn(clone: Clone): Promise<string[]> {
  const refused = (await restricted(clone)).flatMap((call) => call.refused ?? []);
  return refused.map(({ action, resource }) => `${action} ${resource}`);
}

const actionsOf = ({ needs }: Request): string[] => needs.map(({ action }) => action);

/** Asks the API endpoint four times a second, each time over a new connection; any HTTP answer counts, 401 as well. */
function watchApi(clone: Clone): { stop: () => { answered: number; refusedAfterFirst: number } } {
  const url = new URL("/readyz", clone.lab.env["REHEARSAL_API_SERVER"]);
  let answered = 0;
  let refusedAfterFirst = 0;
  const timer = setInterval(() => {
    const asked = request(url, { rejectUnauthorized: false, agent: false, timeout: 30_000 }, (response) => {
      response.resume();
      answered++;
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer within 30 s")));
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
