import type { KubeConfig } from "@kubernetes/client-node";
import { once } from "node:events";
import { request, type RequestOptions } from "node:https";
import { createInterface } from "node:readline";
import type { IncomingMessage } from "node:http";

/** An answer of the API server that is no 200. */
export class HttpError extends Error {
  constructor(readonly code: number) {
    super(`HTTP status ${code}`);
  }
}

/**
 * Goes through the API server's metrics line by line, since those of a large cluster take many megabytes.
 *
 * @throws HttpError; Error when there is no whole answer
 */
export async function eachMetric(
  config: KubeConfig,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const options: RequestOptions = { signal };
  await config.applyToHTTPSOptions(options);
  const call = request(`${config.getCurrentCluster()?.server ?? ""}/metrics`, options);
  call.end();
  const [answer] = (await once(call, "response")) as [IncomingMessage];
  if (answer.statusCode !== 200) {
    answer.destroy();
    throw new HttpError(answer.statusCode ?? 0);
  }
  for await (const line of createInterface({ input: answer, crlfDelay: Infinity })) onLine(line);
  if (!answer.complete) throw new Error("the answer was cut off");
}
