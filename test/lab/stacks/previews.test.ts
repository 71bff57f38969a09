import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { diffInventory, type Inventory } from "../../../lab/aws/inventory.ts";
import { Clone } from "../end-to-end/clone.ts";
import { exampleProduction, planter, plantProduction } from "../production.ts";

jest.setTimeout(900_000);

/** The stacks that are made for AWS, in the lab: with production's manifests in a state store, and no cluster anywhere. */
describe("a preview of the project's own stacks", () => {
  let clone: Clone;
  let before: Inventory;

  beforeAll(async () => {
    clone = await Clone.create("previews");
    await clone.startLab();
    for (const stack of ["staging", "prod"]) {
      await plantProduction(
        clone.awsEndpoint,
        `example-${stack}-state-store`,
        exampleProduction(`${stack}.k8s.example.com`),
      );
      await clone.pulumi(["stack", "init", stack]);
    }
    before = await clone.inventory();
  });
  afterAll(async () => {
    await clone.dispose();
  });

  test.each([
    ["staging", ["nodes: 14 x m5.xlarge (up to 21)", "spot: 1 x m5.xlarge or m5a.xlarge or m6i.xlarge (up to 7)"]],
    ["prod", ["nodes: 8 x m5.xlarge (up to 12)", "spot: 1 x m5.xlarge or m5a.xlarge or m6i.xlarge (up to 4)"]],
  ])("%s reads production, shows what would be done, and starts nothing", async (stack, groups) => {
    // The region is the stack's, whether or not the shell has one.
    const noRegion = { AWS_REGION: "", AWS_DEFAULT_REGION: "" };
    const args = ["preview", "--diff", "--stack", stack, "--non-interactive"];
    const preview = await clone.run("pulumi", args, 300_000, noRegion);
    expect({ exitCode: preview.exitCode, end: preview.exitCode === 0 ? "" : preview.all.slice(-3000) }).toEqual({
      exitCode: 0,
      end: "",
    });
    const shown = ["1.34.3", "1.35.0", "control-plane-us-east-1b: 1 x m5.large", ...groups, "% mirrored"];
    expect(shown.filter((text) => !preview.all.includes(text))).toEqual([]);
    expect(preview.all).toMatch(/perHour\s*: "\d+\.\d\d USD an hour/);
    expect(preview.all).toMatch(/forbidsSafe\s*: \[\]/);
    expect(diffInventory(before, await clone.inventory())).toEqual({ added: [], removed: [] });
  });

  test("production was read, and written by nobody but this test", async () => {
    const requests = (await clone.requests()).filter(({ path }) => /^\/example-(staging|prod)-state-store/.test(path));
    const others = requests.filter(({ accessKey }) => accessKey !== planter);
    expect(others.length).toBeGreaterThan(10);
    expect(others.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  test("a production that may not be read is not taken for one that is not there", async () => {
    const fault = await clone.lab.fault("aws-deny", { target: "s3:GetObject" });
    const denied = await clone.pulumi(["preview", "--stack", "prod"]);
    await clone.lab.clearFault(fault.id);
    expect(denied.exitCode).not.toBe(0);
    expect(denied.all).toContain("production.source");
    expect(denied.all).toContain("that does not mean that the cluster is missing");
    expect(denied.all).not.toContain("There is no cluster");

    const source = "s3://example-prod-state-store/prod.example.com";
    const missing = await clone.run("npx", ["rehearsal", "fidelity", "--from", source]);
    expect(missing.exitCode).toBe(2);
    expect(missing.all).toContain("There is no cluster prod.example.com in s3://example-prod-state-store");
  });
});
