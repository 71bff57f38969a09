import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { connectLab, startLab, type Lab, type LabStatus } from "../../../lab/client.ts";
import { isAlive } from "../../../processes/process-identity.ts";
import { eventually } from "../../unit/lab/eventually.ts";
import { labTools } from "./lab-tools.ts";

const owner = fileURLToPath(new URL("owner.ts", import.meta.url));

let dirs: string[];
beforeEach(() => {
  dirs = [0, 1].map(() => mkdtempSync(join(tmpdir(), "lab-core-")));
});
afterEach(async () => {
  for (const dir of dirs) {
    const lab = await connectLab(dir).catch(() => undefined);
    await lab?.down();
    rmSync(dir, { recursive: true, force: true });
  }
});

const start = async (dir = ""): Promise<Lab> => startLab({ dir, owned: false, tools: await labTools() });
const pidsOf = ({ pid, processes }: LabStatus): number[] => [pid, ...processes.map((one) => one.pid)];
const alive = (pids: number[]): number[] => pids.filter((pid) => isAlive(pid, ""));

test("two labs run side by side, each the same one when it is started again, and end without a trace", async () => {
  const [first, second] = await Promise.all(dirs.map(start));
  const [one, two] = [await first?.status(), await second?.status()] as [LabStatus, LabStatus];
  expect(Object.values(one.endpoints).filter((url) => Object.values(two.endpoints).includes(url))).toEqual([]);
  expect((await (await start(dirs[0])).status()).pid).toBe(one.pid);
  await first?.fault("api-errors");
  expect((await second?.status())?.faults).toEqual([]);

  await first?.down();
  expect(alive(pidsOf(one))).toEqual([]);
  expect(alive(pidsOf(two))).toEqual(pidsOf(two));
  await expect(connectLab(dirs[0] ?? "")).rejects.toThrow(/no lab runs in/);
});

test("kill -9 of the supervisor leaves nothing, and the next lab starts in the same folder", async () => {
  const [dir] = dirs;
  const status = await (await start(dir)).status();
  expect(status.processes.map(({ name }) => name)).toContain("aws");
  process.kill(status.pid, "SIGKILL");
  await eventually(() => expect(alive(pidsOf(status))).toEqual([]));
  const next = await (await start(dir)).status();
  expect(next.pid).not.toBe(status.pid);
});

test("an owned lab ends with its owner, however that ends", async () => {
  const child = spawn(process.execPath, ["--import", "tsx", owner, dirs[0] ?? ""], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const line = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once("line", resolve));
  const status = JSON.parse(line) as LabStatus;
  expect(status.owned).toBe(true);
  await expect(startLab({ dir: dirs[0], owned: true, tools: await labTools() })).rejects.toThrow(/runs in .* already/);
  child.kill("SIGKILL");
  await eventually(() => expect(alive(pidsOf(status))).toEqual([]));
});
