import http from "node:http";
import https from "node:https";
import { connect } from "node:net";
import type { IntOrString, V1Container, V1HTTPGetAction, V1Probe } from "@kubernetes/client-node";

export interface ProbeResult {
  readonly ok: boolean;
  readonly message: string;
}

/** The number of a port that may be given by name. Throws when the container has no port of that name. */
export function portNumber(port: IntOrString, container: V1Container): number {
  if (typeof port === "number") return port;
  const named = container.ports?.find(({ name }) => name === port)?.containerPort;
  const number = named ?? Number(port);
  if (!Number.isInteger(number)) throw new Error(`container ${container.name} has no port named "${port}"`);
  return number;
}

/** Carries out one probe against the container's process at `address`, as a kubelet does. Never throws. */
export async function runProbe(probe: V1Probe, container: V1Container, address: string): Promise<ProbeResult> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  try {
    if (probe.httpGet) return await httpGet(probe.httpGet, container, address, timeoutMs);
    if (probe.tcpSocket) return await tcpConnect(portNumber(probe.tcpSocket.port, container), address, timeoutMs);
    return { ok: false, message: "the lab can only probe by httpGet and tcpSocket" };
  } catch (error) {
    return { ok: false, message: (error as Error).message };
  }
}

/** A GET of a probe or a hook; any status from 200 to 399 is a success. */
export function httpGet(
  action: V1HTTPGetAction,
  container: V1Container,
  address: string,
  timeoutMs: number,
): Promise<ProbeResult> {
  const secure = action.scheme === "HTTPS";
  const options: https.RequestOptions = {
    host: action.host ?? address,
    port: portNumber(action.port, container),
    path: action.path ?? "/",
    headers: Object.fromEntries((action.httpHeaders ?? []).map(({ name, value }) => [name, value])),
    agent: false,
    rejectUnauthorized: false,
    signal: AbortSignal.timeout(timeoutMs),
  };
  return new Promise((resolve) => {
    const request = (secure ? https : http).get(options, (response) => {
      const status = response.statusCode ?? 0;
      response.resume();
      response.on("error", () => undefined); // the status is all that counts
      resolve({ ok: status >= 200 && status < 400, message: `HTTP probe failed with statuscode: ${status}` });
    });
    request.on("error", (error) => resolve({ ok: false, message: error.message }));
  });
}

function tcpConnect(port: number, host: string, timeoutMs: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const end = (ok: boolean, message: string) => {
      socket.destroy();
      resolve({ ok, message });
    };
    socket.setTimeout(timeoutMs, () => end(false, `dial tcp ${host}:${port}: i/o timeout`));
    socket.on("connect", () => end(true, ""));
    socket.on("error", (error) => end(false, error.message));
  });
}
