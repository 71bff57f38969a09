import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import grpc from "@grpc/grpc-js";
import languagepb from "@pulumi/pulumi/proto/language_pb.js";
import pluginpb from "@pulumi/pulumi/proto/plugin_pb.js";
import emptypb from "google-protobuf/google/protobuf/empty_pb.js";
import { parseRuntimeOptions, type RuntimeOptions } from "./options.ts";
import { installedDependencies, requiredPlugins } from "./packages.ts";
import { programArgs, programEnv, type ProgramRun } from "./program.ts";

/** The program has shown its error itself; nothing is to be added. */
const exitedAfterMessage = 32;
const killAfterMs = 5000;

/** Runs Node.js programs for the Pulumi engine, as the official `pulumi-language-nodejs` does. */
export class LanguageHost {
  readonly #version: string;
  readonly #children = new Set<ChildProcess>();
  #engineAddress: string;

  constructor(version: string, engineAddress: string) {
    this.#version = version;
    this.#engineAddress = engineAddress;
  }

  implementation(): grpc.UntypedServiceImplementation {
    return {
      handshake: unary((request: languagepb.LanguageHandshakeRequest) => {
        this.#engineAddress = request.getEngineAddress();
        return new languagepb.LanguageHandshakeResponse();
      }),
      getPluginInfo: unary(() => new pluginpb.PluginInfo().setVersion(this.#version)),
      getRequiredPackages: unary(async (request: languagepb.GetRequiredPackagesRequest) => {
        const plugins = await requiredPlugins(infoOf(request).getProgramDirectory());
        return new languagepb.GetRequiredPackagesResponse().setPackagesList(
          plugins.map(({ name, version }) =>
            new pluginpb.PackageDependency().setName(name).setKind("resource").setVersion(version),
          ),
        );
      }),
      about: unary((request: languagepb.AboutRequest) => {
        const response = new languagepb.AboutResponse().setExecutable(process.execPath).setVersion(process.version);
        response.getMetadataMap().set("packagemanager", optionsOf(infoOf(request)).packageManager);
        return response;
      }),
      getProgramDependencies: unary(async (request: languagepb.GetProgramDependenciesRequest) => {
        const dependencies = await installedDependencies(infoOf(request).getProgramDirectory());
        return new languagepb.GetProgramDependenciesResponse().setDependenciesList(
          dependencies.map(({ name, version }) => new languagepb.DependencyInfo().setName(name).setVersion(version)),
        );
      }),
      runtimeOptionsPrompts: unary(() => new languagepb.RuntimeOptionsResponse()),
      template: unary(() => new languagepb.TemplateResponse()),
      run: unary((request: languagepb.RunRequest) => this.#run(request)),
      installDependencies: (
        call: grpc.ServerWritableStream<languagepb.InstallDependenciesRequest, languagepb.InstallDependenciesResponse>,
      ) => this.#install(call),
      cancel: unary(() => {
        this.stop();
        return new emptypb.Empty();
      }),
      ...Object.fromEntries(notSupported.map((name) => [name, refuse(name)])),
    };
  }

  /** Interrupts the programs that run, and kills what has not ended 5 s later. */
  stop(): void {
    for (const child of this.#children) {
      child.kill("SIGINT");
      setTimeout(() => child.kill("SIGKILL"), killAfterMs).unref();
    }
  }

  /** For the end of this process: nothing that it started may outlive it. */
  kill(): void {
    for (const child of this.#children) child.kill("SIGKILL");
  }

  async #run(request: languagepb.RunRequest): Promise<languagepb.RunResponse> {
    const info = infoOf(request);
    const options = optionsOf(info);
    const run = this.#programRun(request, info);
    const args = programArgs(run, options, locateRunner(run.programDirectory));
    const env = { ...process.env, ...programEnv(run, options) };
    const { code, signal } = await this.#spawn(process.execPath, args, run.programDirectory, env, "inherit");
    const response = new languagepb.RunResponse();
    if (code === exitedAfterMessage) response.setBail(true);
    else if (code !== 0) {
      response.setError(
        signal === null ? `Program exited with non-zero exit code: ${code}` : `Program was ended by ${signal}`,
      );
    }
    return response;
  }

  #programRun(request: languagepb.RunRequest, info: languagepb.ProgramInfo): ProgramRun {
    return {
      monitorAddress: request.getMonitorAddress(),
      engineAddress: this.#engineAddress,
      organization: request.getOrganization(),
      project: request.getProject(),
      stack: request.getStack(),
      rootDirectory: info.getRootDirectory(),
      programDirectory: info.getProgramDirectory(),
      entryPoint: info.getEntryPoint(),
      dryRun: request.getDryrun(),
      parallel: request.getParallel(),
      args: request.getArgsList(),
      config: Object.fromEntries(request.getConfigMap().toArray()),
      configSecretKeys: request.getConfigsecretkeysList(),
    };
  }

  #install(
    call: grpc.ServerWritableStream<languagepb.InstallDependenciesRequest, languagepb.InstallDependenciesResponse>,
  ): void {
    const fail = (details: string): void => void call.emit("error", { code: grpc.status.UNKNOWN, details });
    try {
      const info = infoOf(call.request);
      const { packageManager } = optionsOf(info);
      const write = (text: string | Uint8Array): void =>
        void call.write(new languagepb.InstallDependenciesResponse().setStdout(Buffer.from(text)));
      write("Installing dependencies...\n\n");
      const running = this.#spawn(packageManager, ["install"], info.getProgramDirectory(), process.env, write);
      running.then(
        ({ code }) => {
          if (code !== 0) return fail(`${packageManager} install failed with exit code ${code ?? "none (killed)"}`);
          write("Finished installing dependencies\n\n");
          call.end();
        },
        (error: unknown) => fail(messageOf(error)),
      );
    } catch (error) {
      fail(messageOf(error));
    }
  }

  #spawn(
    command: string,
    args: readonly string[],
    cwd: string,
    env: NodeJS.ProcessEnv,
    output: "inherit" | ((chunk: Buffer) => void),
  ): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    const stdio = output === "inherit" ? output : "pipe";
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", stdio, stdio] });
    this.#children.add(child);
    if (output !== "inherit") {
      child.stdout?.on("data", output);
      child.stderr?.on("data", output);
    }
    return new Promise((resolve, reject) => {
      child.on("error", (error) => {
        this.#children.delete(child);
        reject(new Error(`${command} cannot be started in ${cwd}: ${error.message}`, { cause: error }));
      });
      child.on("close", (code, signal) => {
        this.#children.delete(child);
        resolve({ code, signal });
      });
    });
  }
}

/** What nobody needs to run a program; the official host has it. */
const notSupported = ["runPlugin", "generateProgram", "generateProject", "generatePackage", "pack", "link"] as const;

function refuse(name: string): grpc.handleUnaryCall<unknown, never> {
  const details =
    `the lab's pulumi-language-nodejs does not offer ${name}; ` +
    "use the official plugin, which the Pulumi CLI installs by itself when PATH does not lead to the lab's";
  return (call, callback) => {
    const error = { code: grpc.status.UNIMPLEMENTED, details };
    // A streaming call has no callback.
    if (typeof callback === "function") callback(error);
    else call.emit("error", error);
  };
}

function infoOf(request: { getInfo(): languagepb.ProgramInfo | undefined }): languagepb.ProgramInfo {
  const info = request.getInfo();
  if (info === undefined) throw new Error("the engine sent no program information; the Pulumi CLI is too old");
  return info;
}

function optionsOf(info: languagepb.ProgramInfo): RuntimeOptions {
  return parseRuntimeOptions(info.getOptions()?.toJavaScript() ?? {});
}

function locateRunner(programDirectory: string): string {
  const configured = process.env["PULUMI_LANGUAGE_NODEJS_RUN_PATH"] ?? "";
  const runner = configured === "" ? "@pulumi/pulumi/cmd/run" : configured;
  try {
    return createRequire(path.join(programDirectory, "package.json")).resolve(runner);
  } catch (error) {
    throw new Error(`the Pulumi SDK is not installed in ${programDirectory}: run npm install there`, { cause: error });
  }
}

function unary<Request, Response>(
  handle: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    void Promise.resolve()
      .then(() => handle(call.request))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback({ code: grpc.status.UNKNOWN, details: messageOf(error) }),
      );
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
