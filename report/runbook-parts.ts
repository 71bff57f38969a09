import type { Call } from "../kops/argv.ts";
import { eventMs, inOrder, nodeOf, nodeSteps } from "../analysis/steps.ts";
import { count, latency, percent, span } from "../analysis/words.ts";
import type { ReportData } from "./data.ts";

export const heading = (level: number, text: string): string => `${"#".repeat(level)} ${text}`;

/** Code within a line; what comes from outside cannot end it. */
export const inline = (text: string): string => `\`${text.replace(/[\s`]+/g, " ")}\``;

/** A command to copy, broken before each flag if it is long. */
export function block(argv: readonly string[]): string {
  const words = argv.map(quote);
  const line = words.join(" ");
  const text = line.length <= 100 ? line : line.replaceAll(/ (?='?--)/g, " \\\n  ");
  return `\`\`\`sh\n${text}\n\`\`\``;
}

/** As a shell reads it back; placeholders in angle brackets are quoted too, so that a forgotten one is an error of kops. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** How long the parts of a node's turn took in the rehearsal. */
export function observations({ events, verdict }: ReportData): string {
  const steps = nodeSteps(events);
  if (steps.length === 0) return "";
  const turns = steps.map((step) => step.endMs - step.startMs);
  const boots = bootTimes(events);
  const range = (values: readonly number[]): string =>
    [...new Set([Math.min(...values), Math.max(...values)].map(span))].join(" to ");
  return [
    `In the rehearsal a turn took ${range(turns)} (${count(steps.length, "node")}, intervals ${verdict.intervals.controlPlane} and ${verdict.intervals.node})`,
    ...(boots.length > 0 ? [`a new instance was ready ${range(boots)} after its launch`] : []),
  ]
    .join("; ")
    .concat(".");
}

/** When to stop, from the budgets and from what was normal in the rehearsal. */
export function abortRules({ verdict, config, events }: ReportData): string {
  const { objectives, latency: compared, baseline } = verdict;
  const turns = nodeSteps(events).map((step) => step.endMs - step.startMs);
  const boots = bootTimes(events);
  const usual = compared.p99?.baselineMs ?? baseline.p99Ms;
  const noise = compared.p99?.noiseMs ?? 0;
  const rules = [
    `more than ${percent(objectives.maxErrorRatio)} of requests fail (the rehearsal: ${percent(verdict.upgrade.errorRatio)}, its baseline: ${percent(baseline.errorRatio)})`,
    `the service is interrupted for longer than ${span(objectives.maxOutageMs)}`,
  ];
  if (usual !== null) {
    const rise = Math.max(objectives.maxP99IncreaseMs, (objectives.maxP99IncreasePercent * usual) / 100, 3 * noise);
    rules.push(
      `p99 stays ${latency(rise)} ms or more above what it was before you began, for more than a minute (in the rehearsal it was ${latency(usual)} ms before, and moved by ${latency(noise)} ms on its own)`,
    );
  }
  if (turns.length > 0)
    rules.push(`a node's turn takes longer than ${span(2 * Math.max(...turns))}, twice the slowest of the rehearsal`);
  if (boots.length > 0)
    rules.push(`a new instance is not Ready ${span(2 * Math.max(...boots))} after its launch, twice the slowest`);
  rules.push(
    `kops reports the same failed validation for longer than a few minutes (it gives up after ${config.intervals.validationTimeout})`,
  );
  return rules.map((rule) => `- ${rule}`).join("\n");
}

/** What the rehearsal had to do itself for the roll to go on; production's will hold at the same places. */
export function unblockedNotes(events: ReportData["events"]): string {
  const actions = [...new Set(events.filter(({ kind }) => kind === "unblocked").map(({ message }) => message))];
  if (actions.length === 0) return "";
  return [
    "**This will meet you in production: the rehearsal only went on because of it. Settle the cause before you begin.**",
    "",
    ...actions.map((action) => `- the rehearsal ${inline(action)}`),
  ].join("\n");
}

/** The troubles of such upgrades and their cures, with the names that the rehearsal met. */
export function troubleshooting({ verdict, events, config }: ReportData, call: Call): string {
  const refused = seen(events, "eviction-refused");
  const invalid = seen(events, "validation-failed");
  const lingering = events
    .filter((event) => event.kind === "validation-failed")
    .map((event) => event.pod?.split("/")[1] ?? / pod "([^"]+)"/.exec(event.message)?.[1])
    .find((pod) => pod !== undefined);
  const node = verdict.roll.blockers.find((blocker) => blocker.node !== null)?.node ?? "<NODE>";
  const flags = [`--name=${call.clusterName}`, `--state=${call.stateStore}`];
  return [
    heading(3, "The cluster does not validate"),
    "A node does not become Ready, or a pod in `kube-system` is not. Find which, and ask again:",
    block(["kops", "validate", "cluster", ...flags]),
    block(["kubectl", "get", "pods", "--namespace=kube-system", "--output=wide"]),
    "Failing pods that nobody noticed linger in `kube-system`. Delete them, or the Deployment if nobody needs it:",
    block(["kubectl", "delete", "pod", "--namespace=kube-system", lingering ?? "<POD>"]),
    invalid,
    heading(3, "A PodDisruptionBudget halts the drain"),
    `An application that must keep one pod and has only one cannot be evicted; kops tries until the drain time-out (${config.intervals.drainTimeout}). Better scale it up; else delete the pod and the drain goes on:`,
    block(["kubectl", "get", "poddisruptionbudgets", "--all-namespaces"]),
    refusedPod(events),
    refused,
    "With `-v 10` kops shows each refused eviction:",
    block([
      "kops",
      "rolling-update",
      "cluster",
      ...flags,
      `--control-plane-interval=${config.intervals.controlPlane}`,
      `--node-interval=${config.intervals.node}`,
      "--yes",
      "-v",
      "10",
    ]),
    heading(3, "A drain is stuck for another reason"),
    "Drain the node by hand, then terminate its instance; its group starts a new one:",
    block(["kubectl", "drain", "--ignore-daemonsets", "--delete-emptydir-data", "--force", node]),
    block(["kops", "delete", "instance", node, ...flags, "--yes"]),
    heading(3, "Go back"),
    `Interrupt \`kops rolling-update\`, set ${inline(`kubernetesVersion: ${verdict.fromVersion}`)} again, and roll the nodes that are new already. Once the control plane runs ${verdict.toVersion}, Kubernetes does not support to take it back: go on, or restore etcd from a backup.`,
    block(["kops", "edit", "cluster", ...flags]),
    block(["kops", "update", "cluster", ...flags, "--yes"]),
    block(["kops", "rolling-update", "cluster", ...flags, "--yes"]),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function refusedPod(events: ReportData["events"]): string {
  const pod = events.find((event) => event.kind === "eviction-refused" && event.pod !== undefined)?.pod ?? "";
  const [namespace, name] = pod.includes("/") ? pod.split("/") : ["<NAMESPACE>", pod || "<POD>"];
  return block(["kubectl", "delete", "pod", `--namespace=${namespace}`, name!]);
}

/** What the rehearsal saw of a kind, as a list; each message once. */
function seen(events: ReportData["events"], kind: "eviction-refused" | "validation-failed"): string {
  const messages = [...new Set(events.filter((event) => event.kind === kind).map((event) => event.message))];
  if (messages.length === 0) return "The rehearsal saw none of this.";
  const rest = messages.length > 5 ? [`- and ${messages.length - 5} more, see the report`] : [];
  return ["The rehearsal saw:", "", ...messages.slice(0, 5).map((message) => `- ${inline(message)}`), ...rest].join(
    "\n",
  );
}

/** From launch to Ready for each new instance, in ms. */
function bootTimes(events: ReportData["events"]): number[] {
  const launched = new Map<string, number>();
  const times: number[] = [];
  for (const event of inOrder(events)) {
    const node = event.instance ?? nodeOf(event);
    if (node === undefined) continue;
    if (event.kind === "instance-launched") launched.set(node, eventMs(event));
    const since = launched.get(node);
    if (event.kind !== "node-ready" || since === undefined) continue;
    times.push(eventMs(event) - since);
    launched.delete(node);
  }
  return times;
}
