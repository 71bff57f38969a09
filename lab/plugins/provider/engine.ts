import grpc from "@grpc/grpc-js";
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import enginepb from "@pulumi/pulumi/proto/engine_pb.js";

type Severity = "debug" | "info" | "warning" | "error";

/** The engine's log, seen from one resource. */
export interface EngineLog {
  /** A line that stays on the screen. */
  info(message: string): void;
  warning(message: string): void;
  error(message: string): void;
  debug(message: string): void;
  /** What is going on right now; shown beside the resource until the next one. */
  status(message: string): void;
}

const severities = {
  debug: enginepb.LogSeverity.DEBUG,
  info: enginepb.LogSeverity.INFO,
  warning: enginepb.LogSeverity.WARNING,
  error: enginepb.LogSeverity.ERROR,
} as const;

const deadlineMs = 10_000;

/** A connection to the engine that started this plugin. Lines arrive in the order in which they were written. */
export class Engine {
  readonly #client: InstanceType<typeof engineService.EngineClient>;
  #last: Promise<void> = Promise.resolve();

  constructor(address: string) {
    this.#client = new engineService.EngineClient(address, grpc.credentials.createInsecure());
  }

  logFor(urn: string): EngineLog {
    const write = (severity: Severity, message: string, ephemeral = false): void =>
      this.#write(urn, severity, message, ephemeral);
    return {
      info: (message) => write("info", message),
      warning: (message) => write("warning", message),
      error: (message) => write("error", message),
      debug: (message) => write("debug", message),
      status: (message) => write("info", message, true),
    };
  }

  /** Resolves when all lines so far have been taken by the engine. */
  async flush(): Promise<void> {
    await this.#last;
  }

  close(): void {
    this.#client.close();
  }

  #write(urn: string, severity: Severity, message: string, ephemeral: boolean): void {
    const request = new enginepb.LogRequest()
      .setUrn(urn)
      .setSeverity(severities[severity])
      .setMessage(message)
      .setEphemeral(ephemeral);
    this.#last = this.#last.then(
      () =>
        new Promise((resolve) => {
          this.#client.log(
            request,
            new grpc.Metadata(),
            { deadline: Date.now() + deadlineMs },
            (error: Error | null) => {
              // The engine reads this plugin's standard error as well, so the line is not lost.
              if (error !== null) process.stderr.write(`${message}\n`);
              resolve();
            },
          );
        }),
    );
  }
}

/** Writes nothing; for calls that come before the engine's address is known. */
export const silentLog: EngineLog = {
  info: () => {},
  warning: () => {},
  error: () => {},
  debug: () => {},
  status: () => {},
};
