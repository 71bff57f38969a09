import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { execa } from "execa";
import { findTools } from "../../../tools/index.ts";
import { readWorkflow, workflowFiles, workflowsDir } from "../../workflows.ts";

const dirs: string[] = [];
afterAll(async () => {
  for (const dir of dirs) await rm(dir, { recursive: true });
});

/** What actionlint finds. shellcheck and pyflakes, which it would use if it found them, are switched off: not every machine has them. */
async function lint(...files: string[]): Promise<string> {
  const { paths } = await findTools({ only: ["actionlint"] });
  const { stdout } = await execa(paths.actionlint, ["-shellcheck=", "-pyflakes=", "-oneline", ...files], {
    reject: false,
    timeout: 120_000,
  });
  return stdout;
}

describe("actionlint", () => {
  test("finds nothing in the workflows", async () => {
    expect(workflowFiles).toEqual(["ci.yml", "preview.yml", "rehearse.yml", "sweep.yml"]);
    expect(await lint(...workflowFiles.map((file) => join(workflowsDir, file)))).toBe("");
  });

  test("finds an input that does not exist, and an expression that cannot be", async () => {
    const dir = await mkdtemp(join(tmpdir(), "workflows-"));
    dirs.push(dir);
    const wrong = join(dir, "wrong.yml");
    const text = await readFile(join(workflowsDir, "rehearse.yml"), "utf8");
    await writeFile(wrong, text.replace("inputs.accept", "inputs.acept").replace("if: always()", "if: allways()"));
    expect(await lint(wrong)).toMatch(/acept[\s\S]*allways/);
  });
});

describe.each(workflowFiles)("%s", (file) => {
  const { text, workflow } = readWorkflow(file);
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);

  test("actions are pinned by a commit, beside the release that it is of", () => {
    const uses = text.split("\n").filter((line) => /\buses:/.test(line));
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((line) => !/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  test("nobody has a permission that the job does not name, and no job may write code", () => {
    expect(workflow.permissions).toEqual({});
    for (const { permissions = {} } of jobs) expect(permissions["contents"]).toBe("read");
  });

  test("what others can write is never part of a command", () => {
    expect(steps.filter(({ run }) => run?.includes("${{")).map(({ run }) => run)).toEqual([]);
  });

  test("a command that fails in a pipe fails its step", () => {
    expect(workflow.defaults?.run?.shell).toBe("bash");
  });

  test("a fork's pull request gets neither a secret nor a role", () => {
    expect(Object.keys(workflow.on)).not.toContain("pull_request_target");
    if (!Object.hasOwn(workflow.on, "pull_request")) return;
    for (const job of jobs.filter(({ permissions = {} }) => permissions["id-token"] !== undefined))
      expect(job.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
    expect(text).not.toContain("secrets.");
  });

  test("the checkout leaves no token behind", () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.map((step) => step.with?.["persist-credentials"])).toEqual(checkouts.map(() => false));
  });
});

test("one action has one pin", () => {
  const pins = workflowFiles.flatMap((file) => readWorkflow(file).text.match(/\S+@[0-9a-f]{40} # \S+/g) ?? []);
  const names = new Set(pins.map((pin) => pin.split("@")[0]));
  expect(new Set(pins).size).toBe(names.size);
});

test("whatever becomes of a rehearsal, its mirror is destroyed, with a session that has not run out", () => {
  const steps = readWorkflow("rehearse.yml").workflow.jobs["rehearse"]?.steps ?? [];
  const destroy = steps.findIndex(({ run }) => run?.includes("pulumi destroy"));
  const session = steps.findLastIndex(({ uses }) => uses?.startsWith("aws-actions/configure-aws-credentials@"));
  expect(destroy).toBe(steps.length - 1);
  expect([steps[destroy]?.if, steps[session]?.if]).toEqual(["always()", "always()"]);
  expect(session).toBeGreaterThan(steps.findIndex(({ run }) => run?.includes("pulumi up")));
});
