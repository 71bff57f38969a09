import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { request as httpsRequest, createServer as createHttpsServer, type Server } from "node:https";
import { connect, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import { issueCertificate, type Credentials } from "../../../lab/control-plane/certificates.ts";
import { ApiEndpoint } from "../../../lab/control-plane/endpoint.ts";
import { parseKeyset, type KeyPair } from "../../../lab/control-plane/keyset.ts";
import { Faults } from "../../../lab/faults.ts";
import { freePorts } from "../../../lab/ports.ts";
import { eventually } from "./eventually.ts";
import { makeKeyset } from "./keyset-fixture.ts";

let ca: KeyPair;
let server: Credentials;
let apiServer: Server;
let faults: Faults;
let endpoint: ApiEndpoint;

beforeEach(async () => {
  ca = parseKeyset(await makeKeyset("kubernetes-ca"), "ca");
  server = await issueCertificate(ca, { commonName: "kube-apiserver", names: ["localhost", "127.0.0.1"] });
  apiServer = createHttpsServer({ cert: server.certificate, key: server.privateKey }, (_request, response) => {
    response.end("the API server");
  });
  apiServer.listen(0, "127.0.0.1");
  await once(apiServer, "listening");
  faults = new Faults();
  const [port = 0] = await freePorts(1);
  endpoint = await ApiEndpoint.listen(port, faults);
});
afterEach(async () => {
  await endpoint.stop();
  apiServer.closeAllConnections();
  await new Promise((resolve) => apiServer.close(resolve));
});

const serve = (): void => endpoint.setTarget({ port: (apiServer.address() as AddressInfo).port, server });

/** Status and body of an answer, or the code of the error, over a connection of its own that trusts the cluster's CA. */
function ask(): Promise<string> {
  return new Promise((resolve) => {
    const request = httpsRequest(
      { host: "127.0.0.1", port: endpoint.port, ca: ca.trusted, agent: false },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (text) => (body += text));
        response.on("end", () => resolve(`${response.statusCode ?? 0} ${body}`));
      },
    );
    request.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message)).end();
  });
}

/** A connection that stays; `closed` tells whether it was cut. */
async function open(): Promise<{ socket: Socket; closed: () => boolean }> {
  const socket = connect(endpoint.port, "127.0.0.1");
  let closed = false;
  socket.on("error", () => undefined).on("close", () => (closed = true));
  await once(socket, "connect");
  return { socket, closed: () => closed };
}

describe("the API endpoint", () => {
  test("resets connections while no control-plane instance is up", async () => {
    expect(await ask()).toBe("ECONNRESET");
    serve();
    expect(await ask()).toBe("ECONNRESET");
    endpoint.setUp(["i-1"]);
    expect(await ask()).toBe("200 the API server");
    endpoint.setUp([]);
    expect(await ask()).toBe("ECONNRESET");
  });

  test("cuts the connections of an instance that goes, and only those", async () => {
    serve();
    endpoint.setUp(["i-1", "i-2", "i-3"]);
    const connections: Awaited<ReturnType<typeof open>>[] = [];
    for (let i = 0; i < 6; i++) connections.push(await open());
    await eventually(() => expect(endpoint.connections()).toEqual(["i-1", "i-2", "i-3", "i-1", "i-2", "i-3"]));

    endpoint.setUp(["i-1", "i-3"]);

    await eventually(() =>
      expect(connections.map(({ closed }) => closed())).toEqual([false, true, false, false, true, false]),
    );
    expect(await ask()).toBe("200 the API server");
    for (const { socket } of connections) socket.destroy();
  });

  test("answers 503 during api-errors, with the API server's certificate, and cuts what was open", async () => {
    serve();
    endpoint.setUp(["i-1"]);
    const before = await open();
    await eventually(() => expect(endpoint.connections()).toEqual(["i-1"]));
    const fault = faults.add("api-errors");
    await eventually(() => expect(before.closed()).toBe(true));
    expect(await ask()).toMatch(/^503 .*ServiceUnavailable/);
    faults.clear(fault.id);
    expect(await ask()).toBe("200 the API server");
  });

  test("ends with the cluster", async () => {
    serve();
    endpoint.setUp(["i-1"]);
    const connection = await open();
    endpoint.setTarget(undefined);
    await eventually(() => expect(connection.closed()).toBe(true));
    expect(await ask()).toBe("ECONNRESET");
  });
});
