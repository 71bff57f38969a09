import type { VerdictName } from "../../analysis/verdict-schema.ts";
import { count, minutesText, number, sightText } from "../../analysis/words.ts";
import type { ReportData } from "../data.ts";
import { perNodeText } from "../cost.ts";
import { intervalsText } from "../intervals.ts";
import { landedText, outagesText, scheduleText } from "../summary.ts";
import { turns } from "../turns.ts";
import { before } from "./before.ts";
import { bullets, heading, inline, plain, table } from "./markdown.ts";
import { Production } from "./production.ts";
import { troubleshooting } from "./troubleshooting.ts";
import { upgrade } from "./upgrade.ts";
import { watching } from "./watch.ts";

/**
 * The upgrade of production step by step, as Markdown: the commands of the rehearsal with production's name, versions and
 * intervals, how long to schedule, when to stop, and what to do then, filled in with what the rehearsal saw. Production's
 * names have placeholders where they are not known.
 */
export function renderRunbook(data: ReportData): string {
  const production = new Production(data);
  return [
    ...summary(data, production),
    ...schedule(data),
    before(data, production),
    watching(data, production),
    upgrade(data, production),
    troubleshooting(data, production),
  ]
    .filter((part) => part !== "")
    .join("\n\n")
    .concat("\n");
}

const openings: Readonly<Record<VerdictName, string>> = {
  SAFE: "The rehearsal found nothing in the way:",
  DEGRADED: "**No budget was broken, but services will notice. Go on only if these are acceptable:**",
  UNSAFE: "**Settle these before you go on, and rehearse again:**",
  INCONCLUSIVE: "**The rehearsal could not tell. Settle these, and rehearse again:**",
};

function summary({ verdict, config }: ReportData, production: Production): string[] {
  const { intervals } = config;
  return [
    heading(1, `Upgrade ${plain(production.clusterName)} from ${verdict.fromVersion} to ${verdict.toVersion}`),
    `Rehearsed on ${inline(verdict.clusterName)}, run ${inline(verdict.run)}: **${verdict.verdict}**.`,
    openings[verdict.verdict],
    bullets(verdict.reasons.map(plain)),
    `Observed: ${plain(outagesText(verdict))}; ${landedText(verdict)}; ${sightText(verdict.detectionLimitMs, verdict.detection.silenceMs)}.`,
    production.placeholderNote(),
    table(
      ["", ""],
      [
        ["Cluster", plain(production.clusterName)],
        ["State store", plain(production.stateStore)],
        ["Versions", `${verdict.fromVersion} to ${verdict.toVersion}`],
        ["Order", config.order === "staged" ? "control plane, nodes, prune" : "one update, one roll"],
        ["Interval, control plane", intervals.controlPlane],
        ["Interval, nodes", intervals.node],
        ["Post-drain delay", intervals.postDrainDelay],
        ["Validations in a row", String(intervals.validateCount)],
        ["Time to schedule", `**${minutesText(verdict.schedule.high)}**`],
      ],
    ),
  ];
}

function schedule(data: ReportData): string[] {
  const { verdict, config } = data;
  const { nodes } = verdict.schedule;
  return [
    heading(2, "Schedule"),
    `${scheduleText(verdict).replace(/^p/, "P")}. The floor is nodes x interval (${number(nodes)} x ${config.intervals.node}); the range is nodes x the quickest and the slowest turn of a node in the rehearsal. Production's nodes may boot and drain more slowly than the mirror's: take the upper end, and tell people until when. Each minute of interval more adds up to ${count(nodes, "minute")}; others found an interval of 10m reliable, which makes ${minutesText(nodes * 10)} at least.`,
    perNodeText(verdict),
    intervalsText(turns(data), verdict) ?? "",
  ];
}
