import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "@jest/globals";

const root = path.resolve(import.meta.dirname, "../../..");

/** Markdown files of the project, relative to it. */
function documents(dir = ""): string[] {
  return readdirSync(path.join(root, dir)).flatMap((name) => {
    const file = path.join(dir, name);
    if (name.startsWith(".") || name === "node_modules" || name === "artifacts") return [];
    if (statSync(path.join(root, file)).isDirectory())
      return dir === "" || dir.startsWith("docs") ? documents(file) : [];
    return name.endsWith(".md") ? [file] : [];
  });
}

const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

/** How GitHub names the anchor of a heading. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll("`", "")
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");

const anchors = (file: string): string[] => [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, text]) => anchor(text!));

const files = documents();

test("there are documents to look at", () => {
  expect(files).toEqual(expect.arrayContaining(["README.md", "docs/settings.md", "docs/architecture.md"]));
});

describe.each(files)("%s", (file) => {
  const text = read(file);

  test("links to what is there", () => {
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
    const broken = targets
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [to = "", hash] = target.split("#");
        const linked = to === "" ? file : path.join(path.dirname(file), to);
        if (!existsSync(path.join(root, linked))) return true;
        return hash !== undefined && linked.endsWith(".md") && !anchors(linked).includes(hash);
      });
    expect(broken).toEqual([]);
  });

  test("names only commands that there are", () => {
    const named = [...text.matchAll(/npx rehearsal ([a-z]+)/g)].map(([, name]) => name!);
    expect(named.filter((name) => !commands().has(name))).toEqual([]);
    const scripts = Object.keys((JSON.parse(read("package.json")) as { scripts: object }).scripts);
    const run = [...text.matchAll(/npm run (?:-s )?([a-z:]+)/g)].map(([, name]) => name!);
    expect(run.filter((name) => !scripts.includes(name))).toEqual([]);
    const targets = [...text.matchAll(/`make ([a-z-]+)`|^make ([a-z-]+)/gm)].map(([, a, b]) => a ?? b!);
    expect(targets.filter((name) => !new RegExp(`^${name}:`, "m").test(read("Makefile")))).toEqual([]);
  });
});

let known: Set<string> | undefined;

/** Names of the subcommands, as the tool itself lists them. */
function commands(): Set<string> {
  known ??= new Set(
    [
      ...execFileSync(process.execPath, ["bin/rehearsal.mjs", "--help"], { cwd: root, encoding: "utf8" })
        .split("Commands:")[1]!
        .matchAll(/^ {2}([a-z]+)/gm),
    ].map(([, name]) => name!),
  );
  return known;
}

test("what to do about INCONCLUSIVE is told for reasons that the analysis gives", () => {
  const source = readdirSync(path.join(root, "analysis"))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => read(`analysis/${name}`))
    .join("\n");
  const rows = [...read("docs/troubleshooting/inconclusive.md").matchAll(/^\| (`.+?) \|/gm)].map(
    ([, reasons]) => reasons!,
  );
  const quoted = rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, phrase]) => phrase!));
  expect(quoted.length).toBeGreaterThan(10);
  expect(quoted.filter((phrase) => !source.includes(phrase))).toEqual([]);
});
