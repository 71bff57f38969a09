import type { IncomingMessage } from "node:http";
import { get, type RequestOptions } from "node:https";
import { createInterface } from "node:readline";
import type { KubeConfig } from "@kubernetes/client-node";

/** A log that says nothing for so long is asked for again: the connection may be dead. */
const idleLimitMs = 30_000;

export interface LogSource {
  readonly kubeConfig: KubeConfig;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/**
 * Follows a container's log from a second on until it ends; what came in the middle of that second comes again.
 *
 * @param since RFC 3339; undefined: from its beginning
 * @param take gets each line and when the container wrote it, RFC 3339
 * @throws Error when the log cannot be had or breaks off
 */
export async function followLog(
  { kubeConfig, namespace, pod, container }: LogSource,
  since: string | undefined,
  take: (line: string, time: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const url = new URL(`${kubeConfig.getCurrentCluster()?.server ?? ""}/api/v1/namespaces/${namespace}/pods/${pod}/log`);
  const query = { container, follow: "true", timestamps: "true", ...(since === undefined ? {} : { sinceTime: since }) };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const options: RequestOptions = {};
  await kubeConfig.applyToHTTPSOptions(options);
  const response = await answer(url, { ...options, timeout: idleLimitMs, signal });
  if (response.statusCode !== 200) {
    response.resume();
    throw new Error(`the log of pod ${pod} is not to be had: HTTP ${response.statusCode ?? "?"}`);
  }
  const lines = createInterface({ input: response, crlfDelay: Infinity });
  lines.on("line", (line) => {
    const space = line.indexOf(" ");
    take(line.slice(space + 1), line.slice(0, space));
  });
  await new Promise<void>((resolve, reject) => {
    response.once("error", reject);
    // Comes after its end, and without one when the connection breaks.
    response.once("close", resolve);
  });
  lines.close();
  if (!response.complete) throw new Error(`the log of pod ${pod} broke off`);
}

function answer(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = get(url, options, resolve);
    request.once("timeout", () => request.destroy(new Error(`no line for ${idleLimitMs / 1000} s`)));
    request.on("error", reject);
  });
}
