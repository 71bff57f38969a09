import * as pulumi from "@pulumi/pulumi";

/** A resource as the program registered it; other resources are given by their names. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly parent: string;
  readonly deletedWith: string;
  readonly deleteBeforeReplace: boolean;
  readonly replaceOnChanges: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly secretOutputs: readonly string[];
  readonly dependsOn: readonly string[];
}

/** What a resource answers beside its inputs. A type that is not here fails the test that registers it. */
const answers: Record<string, (inputs: Record<string, unknown>) => Record<string, unknown>> = {
  "aws:s3/bucket:Bucket": ({ bucket }) => ({ arn: `arn:aws:s3:::${String(bucket)}` }),
  "aws:s3/bucketVersioning:BucketVersioning": () => ({}),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": () => ({}),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": () => ({}),
  "aws:s3/bucketPolicy:BucketPolicy": () => ({}),
  "aws:ec2/vpc:Vpc": () => ({}),
  "aws:ec2/internetGateway:InternetGateway": () => ({}),
  "aws:route53/zone:Zone": () => ({ nameServers: ["ns1", "ns2"], zoneId: "Z1" }),
  "aws:route53/record:Record": () => ({}),
  "command:local:Command": ({ create }) => ({ stdout: stdoutOf(String(create)), stderr: "" }),
  "pulumi:providers:kubernetes": () => ({}),
  "kubernetes:core/v1:Namespace": () => ({}),
  "kubernetes:core/v1:ConfigMap": () => ({}),
  "kubernetes:apps/v1:Deployment": () => ({}),
  "kubernetes:policy/v1:PodDisruptionBudget": () => ({}),
  "kubernetes:core/v1:Service": () => ({ status: { loadBalancer: { ingress: [{ hostname: "lb.example.com" }] } } }),
};

export const kubeconfigText = "apiVersion: v1 # the kubeconfig";

export const verdictLine = JSON.stringify({
  run: "r1",
  verdict: "SAFE",
  reasons: ["no request failed"],
  intervals: { controlPlane: "15s", node: "15s" },
  schedule: { nodes: 50, minutes: 500, low: 510, high: 600 },
  reportPath: "r1/report.html",
  runbookPath: "r1/runbook.md",
});

export const claimLine = JSON.stringify({ owner: "owner-1", expiresAt: "2026-11-26T10:00:00Z" });

function stdoutOf(create: string): string {
  if (create.endsWith(" claim")) return claimLine;
  if (create.endsWith(" kubeconfig")) return kubeconfigText;
  return create.endsWith(" verdict") ? verdictLine : "{}";
}

/** Records every registration and answers as the providers would; whatever it does not know is an error. */
export class Recorder implements pulumi.runtime.Mocks {
  readonly registrations: Registration[] = [];
  readonly calls: string[] = [];
  readonly errors: Error[] = [];

  newResource({ type, name, inputs, custom }: pulumi.runtime.MockResourceArgs): {
    id: string;
    state: Record<string, unknown>;
  } {
    const given = inputs as Record<string, unknown>;
    const answer = custom ? answers[type] : () => ({});
    if (!answer) throw this.#unknown(`no answer for ${type} ${name}`);
    return { id: `${name}-id`, state: { ...given, ...answer(given) } };
  }

  call({ token, inputs }: pulumi.runtime.MockCallArgs): Record<string, unknown> {
    this.calls.push(token);
    if (token === "aws:route53/getZone:getZone") return { zoneId: "ZPARENT", name: (inputs as { name: string }).name };
    throw this.#unknown(`no answer for the call of ${token}`);
  }

  /** All of a type, by name. */
  of(type: string): Registration[] {
    return this.registrations.filter((it) => it.type === type).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  named(name: string): Registration {
    const found = this.registrations.filter((it) => it.name === name);
    if (found.length !== 1 || !found[0]) throw new Error(`${found.length} registrations are named ${name}`);
    return found[0];
  }

  /** `type name` of every registration, in the order of names. */
  names(): string[] {
    return this.registrations.map(({ type, name }) => `${name} ${type}`).sort();
  }

  #unknown(message: string): Error {
    const error = new Error(message);
    this.errors.push(error);
    return error;
  }
}

/** What is used of the request that registers a resource. */
interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
  getDeletedwith(): string;
  getDeletebeforereplace(): boolean;
  getReplaceonchangesList(): string[];
  getIgnorechangesList(): string[];
  getAdditionalsecretoutputsList(): string[];
  getDependenciesList(): string[];
}

type Monitor = { registerResource(request: Request, callback: unknown): Promise<void> };

/** Runs a piece of a program against mocks and waits until all that it registered is registered. */
export async function record<T>(
  program: () => T,
  { preview = false, project = "kops-upgrade-rehearsal" } = {},
): Promise<{ recorder: Recorder; result: T }> {
  const recorder = new Recorder();
  await pulumi.runtime.setMocks(recorder, project, "test", preview);
  watch(recorder);
  const result = program();
  await pulumi.runtime.disconnect();
  if (recorder.errors[0]) throw recorder.errors[0];
  return { recorder, result };
}

/** The mocks are not told of parents and options, so the requests are looked at on their way to them. */
function watch(recorder: Recorder): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    if (request.getType() !== "pulumi:pulumi:Stack") {
      recorder.registrations.push({
        type: request.getType(),
        name: request.getName(),
        inputs: request.getObject()?.toJavaScript() ?? {},
        parent: lastPart(request.getParent()),
        deletedWith: lastPart(request.getDeletedwith()),
        deleteBeforeReplace: request.getDeletebeforereplace(),
        replaceOnChanges: request.getReplaceonchangesList(),
        ignoreChanges: request.getIgnorechangesList(),
        secretOutputs: request.getAdditionalsecretoutputsList(),
        dependsOn: request.getDependenciesList().map(lastPart).sort(),
      });
    }
    return register(request, callback);
  };
}

function lastPart(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

/** The value of an output. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}

/** The inputs of a step, as it reads them. */
export function stdinOf({ inputs }: Registration): Record<string, unknown> {
  return JSON.parse(String(inputs["stdin"])) as Record<string, unknown>;
}
