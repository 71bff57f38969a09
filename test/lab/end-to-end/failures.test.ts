import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { CreateVpcCommand, DeleteVpcCommand, EC2Client } from "@aws-sdk/client-ec2";
import { execa } from "execa";
import { diffInventory, type Inventory } from "../../../lab/aws/inventory.ts";
import { Clone } from "./clone.ts";

jest.setTimeout(60 * 60_000);

const small = {
  "kops-upgrade-rehearsal:load.rate": 100,
  "kops-upgrade-rehearsal:load.durationSeconds": 13,
};

describe("creation and joining that go wrong", () => {
  let clone: Clone;
  let before: Inventory;

  beforeAll(async () => {
    clone = await Clone.create("failures");
    await clone.configure(small);
    await clone.startLab();
    before = await clone.inventory();
  });

  afterAll(async () => {
    await clone.dispose();
  });

  test("up ends with all that preflight found before anything is created", async () => {
    const ec2 = new EC2Client({
      endpoint: clone.lab.env["AWS_ENDPOINT_URL"] ?? "",
      region: "us-east-1",
      credentials: { accessKeyId: "tester", secretAccessKey: "tester" },
    });
    const vpcs: (string | undefined)[] = [];
    for (let i = 0; i < 4; i++) {
      const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: `10.${i}.0.0/16` }));
      vpcs.push(Vpc?.VpcId);
    }
    const planted = await clone.inventory();
    const denied = await clone.lab.fault("aws-deny", { target: "s3:*" });
    const up = await clone.up();
    expect(up.exitCode).not.toBe(0);
    expect(up.all).toMatch(/error: The bucket rehearsal-local-state-store may not be looked at/);
    expect(up.all).toMatch(/s3:GetBucketTagging on rehearsal-local-state-store was denied to arn:aws:\S+/);
    expect(up.all).toContain('the quota "VPCs per Region" leaves 0');
    expect(diffInventory(planted, await clone.inventory())).toEqual({ added: [], removed: [] });

    await clone.lab.clearFault(denied.id);
    for (const VpcId of vpcs) await ec2.send(new DeleteVpcCommand({ VpcId }));
    ec2.destroy();
    expect(diffInventory(before, await clone.inventory())).toEqual({ added: [], removed: [] });
  });

  test("destroy after a kill in the middle of creation leaves the AWS inventory as it was", async () => {
    const up = execa("pulumi", ["up", "--yes", "--skip-preview", "--non-interactive"], {
      cwd: clone.dir,
      env: clone.lab.env,
      reject: false,
      all: true,
      detached: true,
    });
    await untilInstances(clone);
    if (up.pid === undefined) throw new Error("pulumi did not start");
    process.kill(-up.pid, "SIGKILL");
    await up;
    expect(diffInventory(before, await clone.inventory()).added.length).toBeGreaterThan(5);

    // A killed operation leaves a lock and pending operations behind; these are the commands that Pulumi names for it.
    await clone.pulumi(["cancel", "--yes"]);
    const destroy = await clone.pulumi(["destroy", "--yes", "--skip-preview", "--refresh=false"]);
    expect(destroy.exitCode).toBe(0);
    expect(diffInventory(before, await clone.inventory())).toEqual({ added: [], removed: [] });
  });

  test("a node that never joins ends at the validation time-out with the remaining nodes untouched", async () => {
    // Long enough for the control plane's new node, on a busy machine too: kops looks again 30 s after a validation that fails.
    await clone.configure({ "kops-upgrade-rehearsal:intervals.validationTimeout": "120s" });
    const lab = clone.lab;
    const up = execa("pulumi", ["up", "--yes", "--skip-preview", "--non-interactive"], {
      cwd: clone.dir,
      env: lab.env,
      reject: false,
      all: true,
      timeout: 30 * 60_000,
    });
    // The workers of the upgrade start after the baseline: from then on none joins any more.
    await untilPhase(clone, "nodes");
    const old = (await lab.status()).nodes?.nodes.map((node) => node.name) ?? [];
    await lab.fault("never-join", { target: "next" });
    const ended = await up;
    expect(ended.exitCode).toBe(0);

    const verdict = await clone.verdict();
    expect(verdict.verdict).toBe("UNSAFE");
    expect(verdict.upgradeLanded.landed).toBe(false);
    expect(verdict.reasons.join("\n")).toMatch(/validat/i);
    expect(verdict.reasons.join("\n")).toMatch(/console of instance i-\S+ ends with: .*nodeup is not started/);
    const left = (await lab.status()).nodes?.nodes.map((node) => node.name) ?? [];
    expect(old.filter((name) => !left.includes(name)).length).toBeLessThanOrEqual(1);
    expect(
      verdict.upgradeLanded.nodes.filter((node) => node.kubeletVersion === "v1.34.3").length,
    ).toBeGreaterThanOrEqual(2);

    await lab.clearFault();
    expect((await clone.destroy()).exitCode).toBe(0);
    expect(diffInventory(before, await clone.inventory())).toEqual({ added: [], removed: [] });
  });
});

async function untilInstances(clone: Clone): Promise<void> {
  await until("an instance of the mirror", async () =>
    [...(await clone.inventory())].some((entry) => entry.startsWith("ec2/instance")),
  );
}

async function untilPhase(clone: Clone, phase: string): Promise<void> {
  await until(`phase ${phase}`, async () =>
    (await clone.events().catch(() => [])).some((event) => event.phase === phase),
  );
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20 * 60_000;
  while (Date.now() < end) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`${what} did not come within 20 minutes`);
}
