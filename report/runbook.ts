import type { Call, RollOptions } from "../kops/argv.ts";
import { controlPlaneRoles, rollingUpdateArgv, updateArgv } from "../kops/argv.ts";
import type { ReportData } from "./data.ts";
import { abortRules, block, heading, inline, observations, troubleshooting, unblockedNotes } from "./runbook-parts.ts";
import { landedText, outagesText, scheduleText } from "./summary.ts";

/** What stands in a command where production's own name is not known. */
export const placeholders = { clusterName: "<PRODUCTION_CLUSTER>", stateStore: "s3://<PRODUCTION_STATE_STORE>" };

/**
 * The upgrade of production step by step, as Markdown: the commands of the rehearsal with production's name, versions and
 * intervals, how long to schedule, when to stop, and what to do then, filled in with what the rehearsal saw. Production's
 * names have placeholders where they are not known.
 */
export function renderRunbook(data: ReportData): string {
  const { verdict, config, production } = data;
  const call: Call = {
    clusterName: production?.clusterName ?? placeholders.clusterName,
    stateStore: production?.stateStore ?? placeholders.stateStore,
  };
  const { intervals } = config;
  const roll: RollOptions = {
    controlPlaneInterval: intervals.controlPlane,
    nodeInterval: intervals.node,
    postDrainDelay: intervals.postDrainDelay,
    validationTimeout: intervals.validationTimeout,
    drainTimeout: intervals.drainTimeout,
    validateCount: intervals.validateCount,
  };
  const noisy: Call = { ...call, verbosity: config.verbosity };
  const kops = (argv: string[]): string => block(["kops", ...argv]);
  const validate = block([
    "kops",
    "validate",
    "cluster",
    `--name=${call.clusterName}`,
    `--state=${call.stateStore}`,
    "--wait=10m",
  ]);

  return [
    heading(1, `Upgrade ${call.clusterName} from ${verdict.fromVersion} to ${verdict.toVersion}`),
    `Rehearsed on ${inline(verdict.clusterName)}, run ${inline(verdict.run)}: **${verdict.verdict}**.`,
    verdict.verdict === "SAFE"
      ? "The rehearsal found nothing in the way."
      : "**Settle these before you go on, and rehearse again:**",
    verdict.reasons.map((reason) => `- ${plain(reason)}`).join("\n"),
    ...(production?.clusterName === undefined || production.stateStore === undefined ? [placeholderNote(data)] : []),
    `Observed: ${plain(outagesText(verdict))}; ${landedText(verdict)}; any interruption of ${verdict.detectionLimitMs} ms or more would have been seen.`,

    heading(2, "Schedule"),
    `${scheduleText(verdict).replace(/^p/, "P")}. The floor is nodes x interval (${verdict.schedule.nodes} x ${intervals.node}); the range is nodes x the quickest and the slowest turn of a node in the rehearsal. Production's nodes may boot and drain more slowly than the mirror's: take the upper end, and tell people until when.`,
    observations(data),

    heading(2, "Before"),
    [
      "- Nobody else changes the cluster or its state store for the time of the upgrade.",
      `- Production runs ${verdict.fromVersion}, and you use the kops that the rehearsal used: ${inline(`kops ${data.toolVersions["kops"] ?? "(not recorded)"}`)}.`,
      "- No pod in `kube-system` is failing, and each service has more than one replica and a PodDisruptionBudget that allows at least one disruption:",
    ].join("\n"),
    block(["kubectl", "get", "pods", "--namespace=kube-system", "--field-selector=status.phase!=Running"]),
    block(["kubectl", "get", "poddisruptionbudgets", "--all-namespaces"]),
    validate,
    unblockedNotes(data.events),
    "Keep a copy of the spec as it is, to go back to:",
    `${block(["kops", "get", "all", `--name=${call.clusterName}`, `--state=${call.stateStore}`, "--output=yaml"]).replace(/\n```$/, " > before-upgrade.yaml\n```")}`,

    heading(2, "Upgrade"),
    "The control plane goes first, so that no new kubelet ever meets an old API server. Keep your service's own traffic, errors and p99 in view all the time.",
    heading(3, "1. Edit the version"),
    `Set ${inline(`kubernetesVersion: ${verdict.toVersion}`)}:`,
    block(["kops", "edit", "cluster", `--name=${call.clusterName}`, `--state=${call.stateStore}`]),
    heading(3, "2. Look at what would change"),
    "Both are dry runs. Compare them with those in the report of the rehearsal.",
    kops(updateArgv(call)),
    kops(rollingUpdateArgv(call, roll)),
    heading(3, "3. Update the control plane"),
    kops(updateArgv(call, { yes: true, roles: controlPlaneRoles })),
    heading(3, "4. Roll the control plane"),
    kops(rollingUpdateArgv(noisy, { ...roll, yes: true, roles: controlPlaneRoles })),
    validate,
    heading(3, "5. Update the nodes"),
    kops(updateArgv(call, { yes: true })),
    heading(3, "6. Roll the nodes"),
    kops(rollingUpdateArgv(noisy, { ...roll, yes: true })),
    heading(3, "7. Prune what the upgrade had to keep until now"),
    kops(updateArgv(call, { yes: true, prune: true })),
    heading(3, "8. Check"),
    validate,
    block(["kubectl", "get", "nodes"]),
    `Every kubelet is on v${verdict.toVersion}, both dry runs of step 2 propose nothing, and these are well, as after the rehearsal:`,
    verdict.checklist
      .map((item) => `- [ ] ${plain(item.name)} (rehearsal: ${item.ok ? "ok" : "FAILED"}, ${plain(item.detail)})`)
      .join("\n"),

    heading(2, "Stop if"),
    abortRules(data),
    "Stopping is safe: interrupt `kops rolling-update` with Ctrl-C. It may leave a node cordoned (`kubectl uncordon NODE` takes it back) and an instance detached from its group (it goes on serving until the next roll replaces it). The same command goes on later with the nodes that still need it.",

    heading(2, "When it does not go on"),
    troubleshooting(data, call),
  ]
    .filter((part) => part !== "")
    .join("\n\n")
    .concat("\n");
}

function placeholderNote({ production }: ReportData): string {
  const missing = [
    ...(production?.clusterName === undefined
      ? [`${inline(placeholders.clusterName)}: production's cluster name`]
      : []),
    ...(production?.stateStore === undefined
      ? [`${inline(placeholders.stateStore)}: its kops state store (\`echo $KOPS_STATE_STORE\`)`]
      : []),
  ];
  return `Replace in every command: ${missing.join("; ")}. The mirror's own name is not to be used on production.`;
}

/** Text from outside in Markdown: one line, nothing that starts markup. */
const plain = (text: string): string => text.replace(/\s+/g, " ").replace(/[\\`*_<>[\]|#]/g, "\\$&");
