import type { ChildProcess } from "node:child_process";
import type { LabContext, Part } from "../context.ts";

export interface ComponentSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const firstDelayMs = 500;
const maxDelayMs = 10_000;

/** A process of the control plane, started again when it ends, as the kubelet does with static pods. */
export function startComponent(context: LabContext, spec: ComponentSpec): Part {
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let restarts = 0;

  const launch = (): void => {
    child = context.processes.start({
      ...spec,
      onExit: (code, signal) => {
        const delay = Math.min(firstDelayMs * 2 ** restarts++, maxDelayMs);
        const how = signal ?? `status ${String(code)}`;
        context.log(
          "control-plane",
          `${spec.name} ended (${how}); see logs/${spec.name}.log; next start in ${delay} ms`,
        );
        timer = setTimeout(() => stopped || launch(), delay);
      },
    });
  };
  launch();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      // They keep nothing worth a graceful end: the data goes with the cluster.
      if (child) await context.processes.stop(child, 1500);
    },
  };
}
