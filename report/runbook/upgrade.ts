import type { RollAction } from "../../kops/roll-plan.ts";
import { upgradeRoll } from "../../kops/roll-plan.ts";
import type { ReportData } from "../data.ts";
import { boxes, heading, inline, plain, shell, words } from "./markdown.ts";
import type { Production } from "./production.ts";

const parts: Partial<Record<RollAction["phase"], string>> = {
  "control-plane": "the control plane",
  nodes: "the nodes",
  prune: "what the upgrade had to keep until now",
};
/** In the legacy order one command is about both. */
const everything = "control plane and nodes";

/** The upgrade itself in the order that was rehearsed: before each `--yes` its dry run, after each roll a check. */
export function upgrade(data: ReportData, production: Production): string {
  const { config } = data;
  const steps = [
    edit(data, production),
    ...surge(data, production),
    ...upgradeRoll(config.order).flatMap((action) =>
      action.do === "skew-probe" ? [] : [step(action, data, production)],
    ),
    check(data, production),
  ];
  return [
    heading(2, "Upgrade"),
    config.order === "staged"
      ? "The control plane goes first, so that no new kubelet ever meets an old API server."
      : "One update and one roll, as it was rehearsed. Keep autoscalers from adding nodes meanwhile: a new kubelet would meet an old API server.",
    `Each step has a dry run; compare it with the one in the report of the rehearsal, and go on only if it proposes what you expect. Leave the terminal open: \`kops rolling-update\` runs for as long as the schedule says (use tmux or screen on a machine that stays). ${inline(`--v=${config.verbosity}`)} is as in the rehearsal.`,
    ...steps.map(({ title, body }, i) => `${heading(3, `${i + 1}. ${title}`)}\n\n${body.join("\n\n")}`),
  ].join("\n\n");
}

interface Step {
  readonly title: string;
  readonly body: readonly string[];
}

function edit({ verdict }: ReportData, production: Production): Step {
  return {
    title: "Edit the version",
    body: [
      "This changes the state store only; nothing in the cloud changes yet.",
      shell(
        production.kops("edit", "cluster", `--set=spec.kubernetesVersion=${verdict.toVersion}`),
        `# must print kubernetesVersion: ${verdict.toVersion}`,
        `${words(production.kops("get", "cluster", "--output=yaml"))} | grep kubernetesVersion`,
      ),
    ],
  };
}

/** What a search found to be needed. */
function surge({ verdict: { search } }: ReportData, production: Production): Step[] {
  const size = search?.attempts[search.chosen]?.maxSurge ?? null;
  if (size === null) return [];
  return [
    {
      title: `Let ${size} nodes of a group be replaced at a time`,
      body: [
        "The rehearsal was calm with this only. For each group of nodes in the list:",
        shell(production.kops("get", "instancegroups")),
        shell(
          "GROUP='<INSTANCE GROUP>'",
          production.kops("edit", "instancegroup", '"$GROUP"', `--set=spec.rollingUpdate.maxSurge=${size}`),
        ),
      ],
    },
  ];
}

function step(action: Exclude<RollAction, { do: "skew-probe" }>, data: ReportData, production: Production): Step {
  const legacy = data.config.order === "legacy";
  const what = legacy ? everything : (parts[action.phase] ?? action.phase);
  if (action.do === "update") {
    const skew =
      action.ignoreKubeletVersionSkew === true
        ? " `--ignore-kubelet-version-skew`: else kops leaves the nodes at the old version as long as the control plane runs it."
        : "";
    return {
      title: action.prune === true ? `Prune ${what}` : `Update ${what}`,
      body: [
        action.prune === true
          ? "Old revisions go. First what would be deleted:"
          : `Launch templates and files in the state store change; no instance does.${skew} First the dry run:`,
        shell(production.update(action)),
        "Then:",
        shell(production.update({ ...action, yes: true })),
      ],
    };
  }
  // While the control plane is old, a node of the new version must not be made.
  const canary = action.phase === "nodes" && !legacy;
  return {
    title: `Roll ${what}`,
    body: [
      ...(canary ? oneNodeFirst(data, production) : []),
      `${canary ? "Then all others" : "First which instances it would replace"}; the dry run:`,
      shell(production.roll(action, 0)),
      "Then:",
      shell(production.roll({ ...action, yes: true })),
      "Before the next step, the cluster validates, and nothing in `kube-system` is failing:",
      shell(production.validate(), production.kubectl("get", "pods", "--namespace=kube-system", "--output=wide")),
    ],
  };
}

/** The article: an image of the new version may not work with an instance type, and halts a whole cluster. */
function oneNodeFirst({ verdict }: ReportData, production: Production): string[] {
  return [
    `One node of each instance type first: a new machine image that does not work with the type shows here, on one node. Choose one; the first command shows types, the second is the dry run, and only the third replaces it. The new node must become Ready with v${verdict.toVersion}.`,
    shell(
      production.kubectl("get", "nodes", "--label-columns=node.kubernetes.io/instance-type,kops.k8s.io/instancegroup"),
    ),
    shell("NODE='<NODE>'", production.replace('"$NODE"')),
    shell(production.replace('"$NODE"', { yes: true })),
    shell(production.kubectl("get", "nodes", "--sort-by=.metadata.creationTimestamp")),
  ];
}

function check({ verdict }: ReportData, production: Production): Step {
  return {
    title: "Check",
    body: [
      `Every kubelet is on v${verdict.toVersion}, none is SchedulingDisabled, and both dry runs propose nothing more:`,
      shell(
        production.kubectl("get", "nodes"),
        production.validate(),
        production.update(),
        production.roll({}, 0),
        production.kubectl("get", "pods", "--namespace=kube-system", "--output=wide"),
      ),
      "These are well, as after the rehearsal:",
      boxes(
        verdict.checklist.map(
          ({ name, ok, detail }) => `${plain(name)} (rehearsal: ${ok ? "ok" : "FAILED"}, ${plain(detail)})`,
        ),
      ),
      "Error ratio and p99 of your services are what they were before.",
    ],
  };
}
