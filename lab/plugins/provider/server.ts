import grpc from "@grpc/grpc-js";
import pluginpb from "@pulumi/pulumi/proto/plugin_pb.js";
import providerpb from "@pulumi/pulumi/proto/provider_pb.js";
import emptypb from "google-protobuf/google/protobuf/empty_pb.js";
import { abortReason, Calls } from "./calls.ts";
import { Engine, silentLog, type EngineLog } from "./engine.ts";
import type { Provider, ResourceCall } from "./provider.ts";
import { equal, type Path } from "./values.ts";
import { CallFailure, fromStruct, toDiffResponse, toServiceError, toStruct } from "./wire.ts";

/** The fields that every request about a resource has. */
interface AboutResource {
  getUrn(): string;
  getType(): string;
  getName(): string;
}

/** The gRPC face of a {@link Provider}: secrets, unknowns, diffs, cancellation, and errors. */
export class ProviderService {
  readonly calls = new Calls();
  readonly #provider: Provider;
  #engine: Engine | undefined;

  constructor(provider: Provider, engineAddress: string | undefined) {
    this.#provider = provider;
    if (engineAddress !== undefined) this.#engine = new Engine(engineAddress);
  }

  /** What gRPC calls, by method name. Methods that are absent answer UNIMPLEMENTED. */
  implementation(): grpc.UntypedServiceImplementation {
    return {
      handshake: this.#unary((request: providerpb.ProviderHandshakeRequest) => {
        this.#connect(request.getEngineAddress());
        return new providerpb.ProviderHandshakeResponse().setAcceptSecrets(true);
      }),
      attach: this.#unary((request: pluginpb.PluginAttach) => {
        this.#connect(request.getAddress());
        return new emptypb.Empty();
      }),
      getPluginInfo: this.#unary(() => new pluginpb.PluginInfo().setVersion(this.#provider.version)),
      getSchema: this.#unary(() => new providerpb.GetSchemaResponse().setSchema("{}")),
      checkConfig: this.#unary((request: providerpb.CheckRequest) =>
        new providerpb.CheckResponse().setInputs(request.getNews()),
      ),
      diffConfig: this.#unary((request: providerpb.DiffRequest) => {
        const before = fromStruct(request.getOldInputs() ?? request.getOlds()).props;
        return toDiffResponse(
          this.#provider.diffConfig?.(before, fromStruct(request.getNews()).props) ?? { changes: [] },
        );
      }),
      configure: this.#unary(async (request: providerpb.ConfigureRequest) => {
        await this.#provider.configure?.(fromStruct(request.getArgs()).props);
        return new providerpb.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
      }),
      check: this.#unary((request: providerpb.CheckRequest) => this.#check(request)),
      diff: this.#unary((request: providerpb.DiffRequest) => this.#diff(request)),
      create: this.#unary((request: providerpb.CreateRequest) => this.#create(request)),
      read: this.#unary((request: providerpb.ReadRequest) => this.#read(request)),
      update: this.#unary((request: providerpb.UpdateRequest) => this.#update(request)),
      delete: this.#unary((request: providerpb.DeleteRequest) => this.#delete(request)),
      invoke: this.#unary((request: providerpb.InvokeRequest) => this.#invoke(request)),
      cancel: this.#unary(() => {
        this.calls.cancel("the update was cancelled");
        return new emptypb.Empty();
      }),
    };
  }

  async close(): Promise<void> {
    await this.#provider.close?.();
    this.#engine?.close();
  }

  #connect(address: string): void {
    this.#engine?.close();
    this.#engine = new Engine(address);
  }

  #log(urn: string): EngineLog {
    return this.#engine?.logFor(urn) ?? silentLog;
  }

  #about(request: AboutResource, signal: AbortSignal, timeoutSeconds: number): ResourceCall {
    // Older engines leave type and name empty; both are in the URN.
    const [, , types = "", ...names] = request.getUrn().split("::");
    return {
      urn: request.getUrn(),
      type: request.getType() || (types.split("$").at(-1) ?? ""),
      name: request.getName() || names.join("::"),
      log: this.#log(request.getUrn()),
      signal,
      timeoutSeconds,
    };
  }

  #unary<Request, Response>(
    handle: (request: Request) => Response | Promise<Response>,
  ): grpc.handleUnaryCall<Request, Response> {
    return (call, callback) => {
      void (async () => {
        try {
          const response = await handle(call.request);
          await this.#engine?.flush();
          callback(null, response);
        } catch (error) {
          await this.#engine?.flush();
          callback(error instanceof CallFailure ? error : toServiceError(error));
        }
      })();
    };
  }

  /** Runs `work` under its time limit; what it fails with keeps the secrets of its outputs. */
  #limited<T>(
    request: AboutResource & { getTimeout(): number },
    secrets: readonly Path[],
    work: (about: ResourceCall) => Promise<T>,
  ): Promise<T> {
    const timeout = request.getTimeout();
    return this.calls.run(timeout, async (signal) => {
      try {
        return await work(this.#about(request, signal, timeout));
      } catch (error) {
        if (signal.aborted && error instanceof Error && !error.message.includes(abortReason(signal))) {
          error.message = `${error.message} (${abortReason(signal)})`;
        }
        throw toServiceError(error, secrets);
      }
    });
  }

  async #check(request: providerpb.CheckRequest): Promise<providerpb.CheckResponse> {
    const olds = fromStruct(request.getOlds()).props;
    const { props: inputs, secrets } = fromStruct(request.getNews());
    const oldInputs = equal(olds, {}) ? undefined : olds;
    const about = this.#about(request, new AbortController().signal, 0);
    const result = await this.#provider.check({ ...about, oldInputs, inputs });
    const failures = (result.failures ?? []).map((failure) =>
      new providerpb.CheckFailure().setProperty(failure.property).setReason(failure.reason),
    );
    return new providerpb.CheckResponse()
      .setInputs(toStruct(result.inputs, [...secrets, ...(result.secrets ?? [])]))
      .setFailuresList(failures);
  }

  #diff(request: providerpb.DiffRequest): providerpb.DiffResponse {
    const outputs = fromStruct(request.getOlds()).props;
    const oldInputs = request.hasOldInputs() ? fromStruct(request.getOldInputs()).props : outputs;
    const about = this.#about(request, new AbortController().signal, 0);
    const inputs = fromStruct(request.getNews()).props;
    return toDiffResponse(this.#provider.diff({ ...about, id: request.getId(), oldInputs, outputs, inputs }));
  }

  #create(request: providerpb.CreateRequest): Promise<providerpb.CreateResponse> {
    const { props: inputs, secrets } = fromStruct(request.getProperties());
    return this.#limited(request, secrets, async (about) => {
      const hasSecrets = secrets.length > 0;
      const result = await this.#provider.create({ ...about, inputs, hasSecrets, preview: request.getPreview() });
      const properties = toStruct(result.outputs, [...secrets, ...(result.secrets ?? [])]);
      return new providerpb.CreateResponse().setId(result.id).setProperties(properties);
    });
  }

  #update(request: providerpb.UpdateRequest): Promise<providerpb.UpdateResponse> {
    const { props: inputs, secrets } = fromStruct(request.getNews());
    const outputs = fromStruct(request.getOlds()).props;
    const oldInputs = request.hasOldInputs() ? fromStruct(request.getOldInputs()).props : outputs;
    return this.#limited(request, secrets, async (about) => {
      const call = { ...about, id: request.getId(), inputs, oldInputs, outputs, hasSecrets: secrets.length > 0 };
      const result = await this.#provider.update({ ...call, preview: request.getPreview() });
      const properties = toStruct(result.outputs, [...secrets, ...(result.secrets ?? [])]);
      return new providerpb.UpdateResponse().setProperties(properties);
    });
  }

  #read(request: providerpb.ReadRequest): Promise<providerpb.ReadResponse> {
    const { props: inputs, secrets } = fromStruct(request.getInputs());
    const { props: outputs, secrets: known } = fromStruct(request.getProperties());
    return this.#limited(request, secrets, async (about) => {
      const id = request.getId();
      const result = this.#provider.read
        ? await this.#provider.read({ ...about, id, inputs, outputs })
        : { id, inputs, outputs };
      if (result === undefined) return new providerpb.ReadResponse();
      const outputSecrets = [...secrets, ...known, ...("secrets" in result ? (result.secrets ?? []) : [])];
      return new providerpb.ReadResponse()
        .setId(result.id)
        .setProperties(toStruct(result.outputs, outputSecrets))
        .setInputs(toStruct(result.inputs, secrets));
    });
  }

  #delete(request: providerpb.DeleteRequest): Promise<emptypb.Empty> {
    const outputs = fromStruct(request.getProperties()).props;
    return this.#limited(request, [], async (about) => {
      await this.#provider.delete({ ...about, id: request.getId(), outputs });
      return new emptypb.Empty();
    });
  }

  #invoke(request: providerpb.InvokeRequest): Promise<providerpb.InvokeResponse> {
    const token = request.getTok();
    const { props: args, secrets } = fromStruct(request.getArgs());
    const invoke = this.#provider.invoke?.bind(this.#provider);
    if (invoke === undefined) throw new Error(`function ${token} is not known to this plugin`);
    return this.calls.run(0, async (signal) => {
      const result = await invoke({ token, args, hasSecrets: secrets.length > 0, log: this.#log(""), signal });
      return new providerpb.InvokeResponse().setReturn(
        toStruct(result.outputs, [...secrets, ...(result.secrets ?? [])]),
      );
    });
  }
}
