import { openQuestions, preflightText, refusalText } from "../../preflight/report.ts";
import { PreflightError } from "../errors.ts";
import { writeJson } from "../files.ts";
import { preflight } from "../preflight/run.ts";
import type { Step } from "./step.ts";

/** Looks at everything that can be known beforehand; errors end `pulumi up` before anything is created. */
export const preflightStep: Step = {
  phase: "create",
  title: "preflight",
  async run({ config, run, log }) {
    const report = await preflight(config);
    const file = run.path("preflight.json");
    await writeJson(file, report);
    if (report.stopped) {
      throw new PreflightError(`Preflight for ${config.clusterName} found what must not be; nothing was created.`, {
        details: preflightText(report).trimEnd().split("\n"),
        next: refusalText(report, config.stack),
        log: file,
      });
    }
    for (const { name, findings } of report.checks)
      for (const { severity, summary } of findings)
        log.emit({ kind: severity === "info" ? "note" : "warning", message: `${name}: ${summary}` });
    for (const { why, names } of openQuestions(report.checks))
      log.emit({ kind: "note", message: `not checked: ${why} (${names.join(", ")})` });
    const { errors, warnings, unchecked, accepted } = report;
    return { result: { errors, warnings, unchecked, accepted: [...accepted] } };
  },
};
