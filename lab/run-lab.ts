import { ClusterPart } from "./cluster.ts";
import type { LabConfig } from "./config.ts";
import type { LabContext, Part } from "./context.ts";
import { serveControlApi } from "./control-api.ts";
import { ApiEndpoint } from "./control-plane/endpoint.ts";
import { StateStores } from "./control-plane/state-store.ts";
import { labEnv, labPath } from "./env.ts";
import { Faults } from "./faults.ts";
import { labMemory } from "./memory.ts";
import type { AwsEmulator, StartNodes } from "./parts.ts";
import { freePorts } from "./ports.ts";
import { processStartTime } from "../processes/process-identity.ts";
import { ProcessSupervisor } from "./process-supervisor.ts";
import { removeState, writeState } from "./state-file.ts";
import type { LabStatus } from "./status.ts";

const defaultRegion = "us-east-1";

/** The parts that others make. */
export interface Starters {
  readonly startAws: (context: LabContext & { readonly python: string }) => Promise<AwsEmulator>;
  readonly startNodes: StartNodes;
}

/** Runs a lab until `ending` is aborted, and stops everything, also when it could not be started. */
export async function runLab(
  config: LabConfig,
  { startAws, startNodes }: Starters,
  log: LabContext["log"],
  ending: AbortSignal,
  end: (why: string) => void,
): Promise<void> {
  const { dir, programs } = config;
  const since = new Date().toISOString();
  const processes = new ProcessSupervisor(dir);
  const context: LabContext = { dir, processes, faults: new Faults(), log };
  const parts: Part[] = [];
  const ended = new Promise((resolve) => ending.addEventListener("abort", resolve, { once: true }));
  try {
    const aws = await startAws({ ...context, python: config.python });
    parts.push(aws);
    const [port = 0] = await freePorts(1);
    const endpoint = await ApiEndpoint.listen(port, context.faults);
    parts.push(endpoint);
    const region = aws.env["AWS_REGION"] ?? defaultRegion;
    const cluster = new ClusterPart(context, {
      programs,
      endpoint,
      startNodes,
      stores: new StateStores(aws.endpoint, region),
      aws: { endpoint: aws.endpoint, region },
      nodeOptions: config.options,
    });
    parts.push(cluster);

    const endpoints = { aws: aws.endpoint, assets: aws.assetsUrl, api: `https://127.0.0.1:${endpoint.port}` };
    const status = async (): Promise<LabStatus> => ({
      dir,
      pid: process.pid,
      since,
      owned: config.owned,
      endpoints,
      ...cluster.status(),
      processes: processes.list(),
      memoryBytes: await labMemory(processes.owner, [process.pid, processes.guardianPid ?? process.pid]),
      faults: context.faults.list(),
    });
    const api = await serveControlApi({
      status,
      faults: context.faults,
      faultsApplied: async () => aws.faultsApplied?.(),
      down: () => end("lab down"),
    });
    parts.push(api);
    if (ending.aborted) return;
    writeState(dir, {
      version: 1,
      pid: process.pid,
      startTime: processStartTime(process.pid),
      since,
      url: api.url,
      token: api.token,
      owned: config.owned,
      endpoints,
      env: labEnv({
        dir,
        binDir: config.binDir,
        officialPlugins: config.officialPlugins,
        apiServer: endpoints.api,
        aws: aws.env,
        ...config.cluster,
      }),
      path: labPath(config),
    });
    log("lab", `ready: AWS at ${aws.endpoint}, API server at ${endpoints.api}`);
    await ended;
  } finally {
    for (const part of parts.reverse()) {
      // One that cannot be stopped must not keep the others running; the guardian has the last word.
      await part.stop().catch((error: unknown) => log("lab", `could not stop a part: ${String(error)}`));
    }
    await processes.close();
    removeState(dir);
    log("lab", "ended");
  }
}
