import type { Fault } from "./faults.ts";
import type { NodesStatus } from "./parts.ts";

/** How far the lab's cluster is. */
export type ClusterPhase = "none" | "starting" | "ready" | "stopping";

/** What `lab status` shows. */
export interface LabStatus {
  readonly dir: string;
  readonly pid: number;
  /** RFC 3339. */
  readonly since: string;
  readonly owned: boolean;
  /** By part: aws, assets, api. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly cluster: {
    readonly phase: ClusterPhase;
    readonly name?: string;
    /** Instance ids of the control-plane instances that are up. */
    readonly controlPlane: readonly string[];
    /** Why the last attempt to start it failed. */
    readonly problem?: string;
  };
  readonly nodes?: NodesStatus;
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
  /** All processes of the lab; see memory.ts. */
  readonly memoryBytes: number;
  readonly faults: readonly Fault[];
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

/** The status for people. */
export function renderStatus(status: LabStatus, now: number): string {
  const lines = [
    `lab      ${status.dir} (pid ${status.pid}, since ${status.since}${status.owned ? ", ends with its owner" : ""})`,
    ...Object.entries(status.endpoints).map(([name, url]) => `${name.padEnd(8)} ${url}`),
    `cluster  ${describeCluster(status.cluster)}`,
  ];
  if (status.nodes) {
    const { nodes, pods, loadBalancers = [] } = status.nodes;
    lines.push(`nodes    ${nodes.length}`);
    for (const node of nodes) {
      const state = node.ready ? "Ready" : "NotReady";
      lines.push(`  ${node.name}  ${node.role}  ${state}  ${node.version ?? ""}`.trimEnd());
    }
    lines.push(`pods     ${pods.total}, ${pods.processes} of them as processes`);
    for (const balancer of loadBalancers) {
      lines.push(`balancer ${balancer.name}  ${balancer.address}  ${balancer.targets} targets`);
    }
  }
  lines.push(
    `memory   ${megabytes(status.memoryBytes)} in the supervisor and ${status.processes.map(({ name }) => name).join(", ")}`,
  );
  lines.push(`faults   ${status.faults.length === 0 ? "none" : ""}`.trimEnd());
  for (const fault of status.faults) lines.push(`  ${describeFault(fault, now)}`);
  return `${lines.join("\n")}\n`;
}

function describeCluster({ phase, name, controlPlane, problem }: LabStatus["cluster"]): string {
  const what = phase === "none" ? "none: no cluster's keys in any state store" : `${name ?? ""} (${phase})`;
  const up = phase === "ready" ? `, control plane: ${controlPlane.join(", ") || "no instance is up"}` : "";
  return what + up + (problem === undefined ? "" : `; ${problem}`);
}

/** A fault in one line, with what is left of its time at `now` (ms since the epoch). */
export function describeFault(fault: Fault, now: number): string {
  const target = fault.target === undefined ? "" : ` of ${fault.target}`;
  const value = fault.value === undefined ? "" : ` by ${fault.value}`;
  const left = fault.until === undefined ? "until cleared" : `for ${Math.max(0, fault.until - now)} ms more`;
  return `#${fault.id} ${fault.kind}${target}${value}, ${left}`;
}
