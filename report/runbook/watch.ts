import { interruptions } from "../../analysis/evident.ts";
import { eventMs, inOrder } from "../../analysis/steps.ts";
import type { Verdict } from "../../analysis/verdict-schema.ts";
import { latency, percent, span } from "../../analysis/words.ts";
import type { ReportData } from "../data.ts";
import { turns } from "../turns.ts";
import { heading, shell, table } from "./markdown.ts";
import type { Production } from "./production.ts";

/** A figure to watch: what was normal in the rehearsal, from where on to look closer, from where on to stop. */
interface Rule {
  readonly what: string;
  readonly normal: string;
  readonly look: string;
  readonly stop: string;
}

/** What to watch during the roll and when to stop, from the budgets and from what was normal in the rehearsal. */
export function watching(data: ReportData, production: Production): string {
  const rules = abortRules(data);
  return [
    heading(2, "Watch, and stop if"),
    "Keep these in view all the time, from before the first step until after the last. The limits come from the budgets and from the rehearsal's own noise; the mirror's latency is not production's, so count a rise from what production had in the hour before.",
    table(
      ["What", "In the rehearsal", "Look closer from", "Stop from"],
      rules.map(({ what, normal, look, stop }) => [what, normal, look, stop]),
    ),
    "Your monitoring shows the first three. Without any, ask once a second in a terminal of its own: status and seconds of each request.",
    shell(
      "URL='<URL OF A SERVICE IN PRODUCTION>'",
      `while sleep 1; do echo "$(date +%T) $(curl --silent --output /dev/null --max-time ${data.config.load.requestTimeoutSeconds} --write-out '%{http_code} %{time_total}' "$URL")"; done`,
    ),
    "What the roll waits for, each in a terminal of its own:",
    shell(production.kubectl("get", "nodes", "--watch")),
    shell(production.kubectl("get", "events", "--all-namespaces", "--field-selector=type=Warning", "--watch")),
    heading(3, "To stop"),
    "Stopping is safe: interrupt `kops rolling-update` with Ctrl-C. It may leave a node cordoned and an instance detached from its group, which goes on serving until the next roll replaces it. See what was left, and take the node back into service:",
    shell(production.kubectl("get", "nodes"), production.kops("get", "instances")),
    shell("NODE='<NODE THAT IS SchedulingDisabled>'", production.kubectl("uncordon", '"$NODE"')),
    "The same command goes on later with the nodes that still need it. To go back instead, see the end of this page.",
  ].join("\n\n");
}

export function abortRules(data: ReportData): Rule[] {
  const { verdict, config } = data;
  const { objectives, baseline, upgrade } = verdict;
  const { longest } = interruptions(verdict);
  return [
    {
      what: "Share of failed requests",
      normal: `${percent(baseline.errorRatio)} before, ${percent(upgrade.errorRatio)} during the upgrade`,
      look: percent(Math.min(baseline.errorRatioInterval95[1], objectives.maxErrorRatio)),
      stop: percent(objectives.maxErrorRatio),
    },
    {
      what: "Interruption of a service",
      normal:
        longest === undefined
          ? `none of ${span(verdict.detectionLimitMs)} or more`
          : `longest ${span(longest.durationMs)}`,
      look: "any",
      stop: span(objectives.maxOutageMs),
    },
    ...latencyRule(verdict),
    ...rollRules(data),
    {
      what: "The same failed validation",
      normal: slowestValidation(data.events),
      look: "1m00s",
      stop: `${config.intervals.validationTimeout}, when kops gives up`,
    },
  ];
}

function latencyRule({ latency: { p99 }, baseline, objectives }: Verdict): Rule[] {
  const usual = p99?.baselineMs ?? baseline.p99Ms;
  if (usual === null) return [];
  const noise = p99?.noiseMs ?? 0;
  const look = Math.max(3 * noise, 0.1);
  const rise = Math.max(objectives.maxP99IncreaseMs, (objectives.maxP99IncreasePercent * usual) / 100, 3 * noise);
  return [
    {
      what: "p99, for longer than a minute",
      normal: `${latency(usual)} ms in the usual second, moving by ${latency(noise)} ms on its own`,
      look: `${span(look)} above what it was`,
      stop: `${span(rise)} above what it was`,
    },
  ];
}

function rollRules(data: ReportData): Rule[] {
  const rolled = turns(data);
  const drains = rolled.flatMap(({ drainMs }) => (drainMs === null ? [] : [drainMs]));
  const rule = (what: string, values: readonly number[]): Rule[] => {
    if (values.length === 0) return [];
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const range = [...new Set([span(least), span(most)])].join(" to ");
    return [{ what, normal: range, look: wholeSeconds(most), stop: `${wholeSeconds(2 * most)}, twice the slowest` }];
  };
  return [
    ...rule("Drain of a node", drains),
    ...rule("New instance, from launch to Ready", bootTimes(data.events)),
    ...rule(
      "Turn of a node",
      rolled.map(({ lengthMs }) => lengthMs),
    ),
  ];
}

/** A limit that a person can watch for: rounded up. */
const wholeSeconds = (ms: number): string => span(1000 * Math.ceil(ms / 1000));

/** The longest that validations failed in a row. */
function slowestValidation(events: ReportData["events"]): string {
  let since: number | undefined;
  let longest = 0;
  for (const event of inOrder(events)) {
    if (event.kind === "validation-failed") since ??= eventMs(event);
    if (event.kind !== "validation-passed" || since === undefined) continue;
    longest = Math.max(longest, eventMs(event) - since);
    since = undefined;
  }
  if (since !== undefined) return "did not pass until the end";
  return longest === 0 ? "none" : `${span(longest)} at most`;
}

/** From launch to Ready for each new instance, in ms. */
export function bootTimes(events: ReportData["events"]): number[] {
  const launched = new Map<string, number>();
  const times: number[] = [];
  for (const event of inOrder(events)) {
    const node = event.instance ?? event.node;
    if (node === undefined) continue;
    if (event.kind === "instance-launched") launched.set(node, eventMs(event));
    const since = launched.get(node);
    if (event.kind !== "node-ready" || since === undefined) continue;
    times.push(eventMs(event) - since);
    launched.delete(node);
  }
  return times;
}
