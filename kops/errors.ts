/** A kops call that failed, as the one who called it knows it. */
export interface FailedCall {
  /** As it was called, e.g. `kops update cluster mirror.example.com --yes`. */
  readonly command: string;
  readonly clusterName: string;
  /** `s3://bucket`. */
  readonly stateStore: string;
  /** What kops wrote, standard output and standard error. */
  readonly output: string;
  /** Where the whole output is. */
  readonly logFile?: string;
}

export type KopsErrorCode =
  | "state-store-missing"
  | "state-store-denied"
  | "cluster-not-found"
  | "credentials"
  | "denied"
  | "throttled"
  | "drain-timeout"
  | "validation-timeout"
  | "api-unreachable"
  | "network"
  | "image-not-found"
  | "unknown";

/** A kops call failed; the message says on which cluster, why, what to do next and where the log is. */
export class KopsError extends Error {
  override readonly name = "KopsError";
  readonly code: KopsErrorCode;
  /** Whether calling again later may help without anyone doing something. */
  readonly transient: boolean;
  /** What happened in one short sentence, without the command, what to do next, and the log. */
  readonly summary: string;

  constructor(code: KopsErrorCode, message: string, options?: ErrorOptions & { readonly summary?: string }) {
    super(message, options);
    this.code = code;
    this.summary = options?.summary ?? message;
    this.transient = code === "throttled" || code === "network" || code === "api-unreachable";
  }
}

interface Rule {
  readonly code: KopsErrorCode;
  readonly pattern: RegExp;
  readonly what: (call: FailedCall, match: RegExpExecArray) => string;
  readonly next: (call: FailedCall) => string;
}

/** The first rule that matches counts: causes before their consequences. */
const rules: readonly Rule[] = [
  {
    code: "state-store-missing",
    pattern: /NoSuchBucket|bucket does not exist/i,
    what: ({ stateStore }) => `The state store ${stateStore} does not exist`,
    next: ({ stateStore }) => `check the setting stateStore, or run pulumi up to create ${stateStore}`,
  },
  {
    code: "state-store-denied",
    pattern: /(?:S3|s3:\/\/)[^\n]*(?:AccessDenied|Access Denied|StatusCode: 403|Forbidden)/,
    what: ({ stateStore }) => `Access to the state store ${stateStore} is denied`,
    next: ({ stateStore }) =>
      `aws sts get-caller-identity, then aws s3 ls ${stateStore}: the role needs to list, get and put`,
  },
  {
    code: "credentials",
    pattern:
      /failed to refresh cached credentials|get credentials|NoCredentialProviders|ExpiredToken|RequestExpired|InvalidClientTokenId|AuthFailure|SignatureDoesNotMatch/,
    what: () => "There are no valid AWS credentials",
    next: () =>
      "log in again (aws sts get-caller-identity must work in this shell), then `pulumi up` goes on from there",
  },
  {
    code: "throttled",
    pattern: /Throttling|RequestLimitExceeded|TooManyRequestsException|SlowDown|rate exceeded/i,
    what: () => "AWS throttles the calls of this account",
    next: () => "wait some minutes and run the command again; something else may be calling AWS in a loop",
  },
  {
    code: "denied",
    pattern: /AccessDenied|UnauthorizedOperation|is not authorized to perform: ?(\S+)/,
    what: (_, match) => `AWS denies a call${match[1] ? ` (${match[1]})` : ""}`,
    next: () => "aws sts get-caller-identity, then give that role the permissions that kops needs",
  },
  {
    code: "cluster-not-found",
    pattern: /cluster not found|[Cc]luster(?:\.kops\.k8s\.io)? "[^"]+" (?:was )?not found/,
    what: ({ clusterName, stateStore }) => `There is no cluster ${clusterName} in ${stateStore}`,
    next: ({ stateStore }) => `kops get clusters --state ${stateStore} lists those that are there`,
  },
  {
    code: "image-not-found",
    pattern: /could not find Image for "([^"]+)"/,
    what: (_, match) => `The machine image ${match[1]} does not exist in this region`,
    next: () => "check the setting image, or leave it out for the channel's image",
  },
  {
    code: "drain-timeout",
    pattern: /failed to drain node "([^"]+)"[^\n]*error when waiting for pod [^\n]* to terminate/,
    what: (call, match) => `Node ${match[1]} could not be drained in time: ${lingeringPods(call.output)} did not stop`,
    next: () =>
      "give the pods a terminationGracePeriodSeconds that is shorter than the drain time-out (setting intervals.drainTimeout), or lengthen that; kubectl describe pod tells what holds a pod whose grace is over",
  },
  {
    code: "drain-timeout",
    pattern: /failed to drain node "([^"]+)"[^\n]*global timeout reached/,
    what: (call, match) => `Node ${match[1]} could not be drained in time${refusedPods(call.output)}`,
    next: () =>
      "kubectl get pdb -A: a budget with ALLOWED DISRUPTIONS 0 halts the roll; add a replica or relax the budget",
  },
  {
    code: "validation-timeout",
    pattern: /did not validate within|wait time exceeded during validation|error validating cluster/,
    what: ({ output }) => `The cluster did not validate in time${lastFailure(output)}`,
    next: ({ clusterName, stateStore }) =>
      `kops validate cluster ${clusterName} --state ${stateStore}; kubectl get nodes; kubectl -n kube-system get pods`,
  },
  {
    code: "api-unreachable",
    pattern: /Unable to reach the kubernetes API|error listing nodes/,
    what: ({ clusterName }) => `The API server of ${clusterName} cannot be reached`,
    next: () => "check DNS and that the control plane runs; behind a bastion or proxy, set apiServer",
  },
  {
    code: "network",
    pattern: /connection refused|no such host|i\/o timeout|TLS handshake timeout|request send failed/,
    what: () => "A service that kops needs cannot be reached",
    next: () => "check the network and AWS_ENDPOINT_URL / S3_ENDPOINT if they are set, then run the command again",
  },
];

/** What sort of failure a text tells of. */
export function kopsErrorCode(text: string): KopsErrorCode {
  return rules.find(({ pattern }) => pattern.test(text))?.code ?? "unknown";
}

/** Chooses the error from what kops wrote. */
export function kopsError(call: FailedCall, options?: ErrorOptions): KopsError {
  const log = call.logFile ? `\nLog: ${call.logFile}` : "";
  for (const { code, pattern, what, next } of rules) {
    const match = pattern.exec(call.output);
    if (match) {
      const summary = what(call, match);
      const message = `${summary} (cluster ${call.clusterName}, during: ${call.command}).\nNext: ${next(call)}.${log}`;
      return new KopsError(code, message, { ...options, summary });
    }
  }
  const last = lastLine(call.output);
  return new KopsError(
    "unknown",
    `kops failed on cluster ${call.clusterName} during: ${call.command}${last ? `: ${last}` : ""}.\nNext: read the log; run the command again with verbosity 10 if it does not say why.${log}`,
    { ...options, summary: `kops failed${last ? `: ${last}` : " without saying why"}` },
  );
}

function refusedPods(output: string): string {
  const refused = [...output.matchAll(/error when evicting pods\/"([^"]+)" -n "([^"]+)"[^\n]*disruption budget/g)];
  const pods = [...new Set(refused.map(([, name, namespace]) => `${namespace}/${name}`))];
  return pods.length > 0 ? `: a PodDisruptionBudget refuses to evict ${pods.join(", ")}` : "";
}

function lingeringPods(output: string): string {
  const waited = [...output.matchAll(/error when waiting for pod "([^"]+)" in namespace "([^"]+)" to terminate/g)];
  const pods = [...new Set(waited.map(([, name, namespace]) => `${namespace}/${name}`))];
  return pods.length === 1 ? `pod ${pods.join("")}` : `pods ${pods.join(", ")}`;
}

function lastFailure(output: string): string {
  const failures = [
    ...output.matchAll(/did not (?:pass validation|validate)(?:, will retry in "[^"]*"| within deadline): (.*)/g),
  ];
  const last = failures.at(-1)?.[1];
  return last ? `: ${last.replace(/\.$/, "")}` : "";
}

function lastLine(output: string): string {
  const lines = output.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("SDK "));
  const error = lines.findLast((line) => line.startsWith("Error: "));
  return (error ?? lines.at(-1) ?? "").replace(/^Error: /, "").slice(0, 500);
}
