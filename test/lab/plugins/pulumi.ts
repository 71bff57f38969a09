import { execa } from "execa";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { findTools } from "../../../tools/index.ts";

const project = fileURLToPath(new URL("../../..", import.meta.url));
const timeoutMs = 600_000;

const settings = `
name: plugins
runtime:
  name: nodejs
  options: { typescript: false, nodeargs: "--import tsx" }
`;

/** A resource as the state has it. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export interface Run {
  readonly ok: boolean;
  /** Everything that the CLI has printed. */
  readonly text: string;
}

/** A Pulumi project in a folder of its own, run by the real CLI with the lab's plugins. */
export class PulumiProject {
  readonly dir: string;
  readonly #pulumi: string;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(dir: string, pulumi: string, env: Readonly<Record<string, string>>) {
    this.dir = dir;
    this.#pulumi = pulumi;
    this.#env = env;
  }

  static async create(env: Readonly<Record<string, string>> = {}): Promise<PulumiProject> {
    const { paths } = await findTools({ only: ["pulumi"] });
    const dir = await mkdtemp(path.join(tmpdir(), "plugins-"));
    await symlink(path.join(project, "node_modules"), path.join(dir, "node_modules"));
    await mkdir(path.join(dir, "state"));
    await writeFile(path.join(dir, "Pulumi.yaml"), settings);
    await writeFile(path.join(dir, "package.json"), JSON.stringify({ type: "module", main: "index.ts" }));
    const created = new PulumiProject(dir, paths.pulumi, {
      PATH: `${path.join(project, "lab", "plugins", "bin")}:${process.env["PATH"] ?? ""}`,
      PULUMI_BACKEND_URL: `file://${path.join(dir, "state")}`,
      PULUMI_HOME: path.join(dir, "home"),
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      ...env,
    });
    await created.must("stack", "init", "test");
    return created;
  }

  /** Runs the CLI, and says how it ended. */
  async run(...args: string[]): Promise<Run> {
    const result = await this.start(...args);
    return { ok: result.exitCode === 0, text: result.all };
  }

  /** Runs the CLI in the background; the process can be signalled. */
  start(...args: string[]) {
    return execa(this.#pulumi, [...args, "--non-interactive"], {
      cwd: this.dir,
      env: this.#env,
      all: true,
      reject: false,
      stdin: "ignore",
      timeout: timeoutMs,
    });
  }

  /** Runs the CLI, which must succeed; returns what it printed. */
  async must(...args: string[]): Promise<string> {
    const { ok, text } = await this.run(...args);
    if (!ok) throw new Error(`pulumi ${args.join(" ")} failed:\n${text}`);
    return text;
  }

  async program(source: string): Promise<void> {
    await writeFile(path.join(this.dir, "index.ts"), source);
  }

  /** Makes `source` the program and brings it about. */
  async up(source: string): Promise<Run> {
    await this.program(source);
    return this.run("up", "--yes", "--skip-preview");
  }

  async outputs(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.must("stack", "output", "--json", "--show-secrets")) as Record<string, unknown>;
  }

  /** The resources in the state, without the stack and providers. */
  async resources(): Promise<StateResource[]> {
    const text = await this.must("stack", "export");
    const { deployment } = JSON.parse(text) as { deployment: { resources?: StateResource[] } };
    return (deployment.resources ?? []).filter(({ type }) => !type.startsWith("pulumi:"));
  }

  async remove(): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}
