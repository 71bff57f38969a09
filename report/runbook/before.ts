import { featureFlagsVariable, requiredFeatureFlags, withFeatureFlags } from "../../kops/feature-flags.ts";
import type { ReportData } from "../data.ts";
import { boxes, bullets, heading, inline, plain, quote, shell, words } from "./markdown.ts";
import type { Production } from "./production.ts";

/** What must hold before the first step, each with the command that shows it. All of them only look. */
export function before(data: ReportData, production: Production): string {
  const { verdict, toolVersions } = data;
  return [
    heading(2, "Before: look only"),
    boxes([
      "Nobody else changes the cluster or its state store for the time of the upgrade: pipelines are paused, and people know until when.",
      "You know production's share of failed requests and its p99 of the hour before: the limits below count from there.",
    ]),
    heading(3, "The right tools, the right cluster"),
    `The kops that the rehearsal used (${inline(toolVersions["kops"] ?? "not recorded")}), and a kubeconfig of its own, whose context kops names after the cluster: every command of this page names it again, so none can meet another cluster. Delete the file afterwards.`,
    ...featureFlags(data),
    shell(
      ["kops", "version", "--short"],
      production.kops(
        "export",
        "kubeconfig",
        `--admin=${credentialHours(verdict)}h0m0s`,
        "--kubeconfig=production.kubeconfig",
      ),
      'export KUBECONFIG="$PWD/production.kubeconfig"',
      production.kubectl("version"),
    ),
    heading(3, `Production runs ${verdict.fromVersion}, whole and well`),
    "Every node is Ready and of this version, the cluster validates, and each pod in `kube-system` is ready (READY shows 1/1, 2/2, ...): failing ones linger there unnoticed, and halt the roll later.",
    shell(
      production.kubectl("get", "nodes"),
      production.validate(),
      production.kubectl("get", "pods", "--namespace=kube-system", "--output=wide"),
    ),
    heading(3, "Nothing else is waiting to be applied"),
    "A dry run of the spec as it is: what it lists now would come along with the upgrade. A kops that is newer than production's last one lists what it changes by itself.",
    shell(production.update()),
    heading(3, "No budget that forbids every eviction"),
    "Each service has more than one replica, and its PodDisruptionBudget allows at least one disruption. Whatever shows 0 here will halt the drain of its nodes:",
    shell(
      production.kubectl(
        "get",
        "poddisruptionbudgets",
        "--all-namespaces",
        "--output=custom-columns=NAMESPACE:.metadata.namespace,NAME:.metadata.name,ALLOWED:.status.disruptionsAllowed",
      ),
    ),
    unblocked(data),
    notMirrored(data),
    heading(3, "A way back"),
    "Keep the spec as it is, and see that etcd's backups are recent:",
    shell(
      `${words(production.kops("get", "all", "--output=yaml"))} > before-upgrade.yaml`,
      `aws s3 ls --recursive ${quote(`${production.stateStore}/${production.clusterName}/backups/etcd/main/`)} | sort | tail -n 3`,
    ),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** Without them kops refuses production's manifests; it takes them from the environment of each command. */
function featureFlags({ config }: ReportData): string[] {
  const flags = withFeatureFlags(undefined, requiredFeatureFlags(config.manifests));
  if (flags === undefined) return [];
  return [
    "Some of production's manifests are an experiment of kops, which asks for a flag in every terminal:",
    shell(`export ${featureFlagsVariable}=${flags}`),
  ];
}

/** kops' own 18 hours, or longer for a roll that takes longer than half of them. */
const credentialHours = ({ schedule }: ReportData["verdict"]): number =>
  Math.max(18, Math.ceil((2 * schedule.high) / 60));

/** What the rehearsal had to do itself for the roll to go on; production's will hold at the same places. */
function unblocked({ actions, verdict: { roll } }: ReportData): string {
  if (actions.length === 0) return "";
  const helped = roll.ok
    ? "the rehearsal only went on because of it"
    : "the rehearsal tried this and halted all the same";
  return [
    heading(3, "What held up the rehearsal"),
    `**This will meet you in production: ${helped}. Settle the cause before you begin.**`,
    bullets(actions.map((action) => `The rehearsal ${plain(action)}`)),
  ].join("\n\n");
}

const mostFields = 20;

/** What the mirror did not have though the upgrade matters to it: nobody has rehearsed that. */
function notMirrored({ verdict: { fidelity } }: ReportData): string {
  const fields = (fidelity?.unwaived ?? []).filter(({ changedBy }) => changedBy !== null);
  if (fields.length === 0) return "";
  return [
    heading(3, "What the rehearsal could not see"),
    "The mirror lacked these, and the upgrade matters to them:",
    boxes(
      fields
        .slice(0, mostFields)
        .map(({ object, field, changedBy }) => plain(`${object} ${field}: ${changedBy ?? ""}`)),
    ),
    ...(fields.length > mostFields ? [`And ${fields.length - mostFields} more, see the report.`] : []),
  ].join("\n\n");
}
