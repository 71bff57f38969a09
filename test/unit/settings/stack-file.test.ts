import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { parseSettings } from "../../../settings/parse.ts";
import { readStackFile } from "../../../settings/stack-file.ts";
import { required, surroundings } from "./example.ts";

const project = readFileSync("Pulumi.yaml", "utf8");
const read = (config: Record<string, unknown>, pulumi = project) => {
  const files: Record<string, string> = {
    "/project/Pulumi.yaml": pulumi,
    "/project/Pulumi.test.yaml": stringify({ config }),
  };
  const around = { ...surroundings, region: undefined, readFile: (file: string) => files[file] };
  const { raw, region } = readStackFile(around);
  return parseSettings(raw, { ...around, region });
};
const prefixed = (settings: object) =>
  Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`kops-upgrade-rehearsal:${key}`, value as unknown]),
  );
const us = { "aws:region": "us-east-1" };

test("a stack file gives what the program gets from Pulumi", () => {
  expect(read({ ...prefixed(required), ...us })).toEqual(parseSettings(required, surroundings));
});

test("numbers and booleans at the top level are taken as Pulumi hands them over", () => {
  const settings = read({ ...prefixed({ ...required, rollTimeoutMinutes: 30, skewProbe: true }), ...us });
  expect(settings).toMatchObject({ rollTimeoutMinutes: 30, skewProbe: true });
  // As in `pulumi up`: 1.34 without quotes is the text 1.34, and no version.
  expect(() => read({ ...prefixed({ ...required, kubernetesVersion: 1.34 }), ...us })).toThrow('"1.34"');
});

test("what the project sets for all stacks counts where the stack says nothing", () => {
  const pulumi = "name: kops-upgrade-rehearsal\nconfig:\n  onBlocked: { default: unblock }\n  order: legacy\n";
  const settings = read({ ...prefixed({ ...required, order: "staged" }), ...us }, pulumi);
  expect(settings).toMatchObject({ onBlocked: "unblock", order: "staged" });
});

test("problems are told all at once; a value that is encrypted and a file that is not there are problems", () => {
  expect(() => read(prefixed({ ...required, order: "none", verbosity: 99 }))).toThrow(
    /3 settings are wrong.*aws:region/s,
  );
  expect(() => read(prefixed({ ...required, stateStore: { secure: "v1:x" } }))).toThrow("stateStore: is encrypted");
  expect(() => readStackFile(surroundings)).toThrow("Pulumi.yaml: is not there, or cannot be read, in /project");
});

test("a file that is no YAML, or no project's, is named", () => {
  const around = (files: Record<string, string>) => ({
    ...surroundings,
    readFile: (file: string) => files[file.replace("/project/", "")],
  });
  expect(() => readStackFile(around({ "Pulumi.yaml": project, "Pulumi.test.yaml": "config: [\n" }))).toThrow(
    /Pulumi\.test\.yaml: is no YAML: Flow sequence/,
  );
  expect(() => readStackFile(around({ "Pulumi.yaml": "config: {}", "Pulumi.test.yaml": "" }))).toThrow(
    "Pulumi.yaml: is no project's",
  );
});
