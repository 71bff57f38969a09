import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Kops } from "../../../rehearsal/kops.ts";
import { writeKubeconfig } from "../../../rehearsal/steps/kubeconfig.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "kubeconfig-"));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

test("the lock that a killed kops has left on the stack's own kubeconfig does not stop the next one", async () => {
  const file = join(dir, "kubeconfig");
  writeFileSync(`${file}.lock`, "");
  const seen: string[] = [];
  const kops = {
    kubeconfig: file,
    call: { clusterName: "mirror.example.com", stateStore: "s3://store" },
    exec: (args: readonly string[]) => {
      // As client-go, with which kops writes the file.
      if (existsSync(`${file}.lock`)) throw new Error(`open ${file}.lock: file exists`);
      seen.push(args.slice(0, 2).join(" "));
      return Promise.resolve();
    },
  };
  await writeKubeconfig(kops as unknown as Kops);
  expect(seen).toEqual(["export kubeconfig"]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
