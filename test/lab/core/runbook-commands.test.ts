import { expect, test } from "@jest/globals";
import { execa } from "execa";
import { renderRunbook } from "../../../report/runbook/runbook.ts";
import { badData, withEverything } from "../../unit/report/example.ts";
import { labTools } from "./lab-tools.ts";

const variables = ["NODE", "POD", "NAMESPACE", "DEPLOYMENT", "GROUP", "INSTANCE"].map((name) => `${name}=x`).join("; ");

/** The commands of kops and kubectl in the blocks of shell, without what follows a pipe; each once. */
function commands(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/```sh\n([\s\S]*?)\n```/g)].map(([, body]) => body!);
  const lines = blocks.flatMap((body) => body.replaceAll(/ \\\n */g, " ").split("\n"));
  return [
    ...new Set(lines.filter((line) => /^(kops|kubectl) /.test(line)).map((line) => line.replace(/ [|>#] .*$/, ""))),
  ];
}

/** kops and kubectl read all flags before `--help`, and refuse those that they do not have; nothing else is done. */
test("kops and kubectl know every command and flag of the runbook", async () => {
  const { binDir } = await labTools();
  const bad = badData();
  const production = { clusterName: "prod.k8s.example.com", stateStore: "s3://prod-state" };
  const all = commands(renderRunbook({ ...bad, verdict: withEverything(bad.verdict), production }));
  expect(all.length).toBeGreaterThan(20);
  const help = async (command: string): Promise<string[]> => {
    const { exitCode, all: output } = await execa("bash", ["-c", `${variables}; ${command} --help`], {
      env: { PATH: `${binDir}:${process.env["PATH"] ?? ""}`, HOME: "/nonexistent", KUBECONFIG: "/dev/null" },
      all: true,
      reject: false,
      timeout: 60_000,
    });
    // The text of the command itself, not that of the group it would belong to.
    const known = exitCode === 0 && /^(?:Flags|Options):$/m.test(output);
    return known ? [] : [`${command}: ${output.slice(0, 300)}`];
  };
  const problems: string[] = [];
  for (const command of all) problems.push(...(await help(command)));
  expect(problems).toEqual([]);
  // It would tell.
  expect(await help("kops rolling-update cluster --node-intervall=8s")).toHaveLength(1);
  expect(await help("kubectl drain --delete-local-data x")).toHaveLength(1);
});
