import { at, isObject, stringAt, type Props, type Value } from "../provider/values.ts";

function list(value: Value | undefined): Value[] {
  return Array.isArray(value) ? value : [];
}

/** What is wrong with one container, from its status; undefined when nothing is. */
function containerProblem(status: Value): string | undefined {
  const name = stringAt(status, ["name"]) ?? "";
  const text = (state: Value | undefined): string => {
    const [reason, message] = [stringAt(state, ["reason"]), stringAt(state, ["message"])];
    return [reason, message].filter((part) => part !== undefined && part !== "").join(": ");
  };
  const waiting = at(status, ["state", "waiting"]);
  // On its way, not in trouble.
  const fine = ["ContainerCreating", "PodInitializing"];
  if (waiting !== undefined && !fine.includes(stringAt(waiting, ["reason"]) ?? ""))
    return `container ${name}: ${text(waiting)}`;
  const ended = at(status, ["state", "terminated"]);
  if (ended !== undefined && at(ended, ["exitCode"]) !== 0) return `container ${name} has ended: ${text(ended)}`;
  return undefined;
}

/** What keeps pods from being ready, one line each, `limit` at most. */
export function podProblems(pods: readonly Props[], limit = 3): string[] {
  const problems = pods.flatMap((pod) => {
    const name = stringAt(pod, ["metadata", "name"]) ?? "";
    const statuses = [
      ...list(at(pod, ["status", "initContainerStatuses"])),
      ...list(at(pod, ["status", "containerStatuses"])),
    ];
    const found = statuses.map(containerProblem).filter((problem) => problem !== undefined);
    const scheduled = list(at(pod, ["status", "conditions"])).find(
      (entry) => stringAt(entry, ["type"]) === "PodScheduled",
    );
    if (stringAt(scheduled, ["status"]) === "False") {
      found.push(`not scheduled: ${stringAt(scheduled, ["message"]) ?? stringAt(scheduled, ["reason"]) ?? ""}`);
    }
    return found.map((problem) => `pod ${name}: ${problem}`);
  });
  return problems.slice(0, limit);
}

/** The label selector of a workload's pods as a query, or undefined when it has none. */
export function podSelector(object: Props): string | undefined {
  const selector = at(object, ["spec", "selector"]);
  const labels = isObject(selector) ? (isObject(selector["matchLabels"]) ? selector["matchLabels"] : selector) : {};
  const pairs = Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return pairs.length === 0 ? undefined : pairs.map(([key, value]) => `${key}=${value}`).join(",");
}
