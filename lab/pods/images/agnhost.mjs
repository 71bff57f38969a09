// What the lab runs for the image agnhost: the part of `agnhost netexec` that rehearsals use, on the pod's own address.
// The pod's name is also sent in the header X-Pod-Name.
import { createServer } from "node:http";
import { parseArgs } from "node:util";

const hostname = process.env.LAB_POD_HOSTNAME ?? "unknown";
const address = process.env.LAB_POD_ADDRESS ?? "127.0.0.1";
const [command = "", ...args] = process.argv.slice(2);

/** Real arguments come as --name=value and as -name value; those that play no part here are accepted and ignored. */
function flags() {
  const options = {
    "http-port": { type: "string", default: "8080" },
    "delay-shutdown": { type: "string", default: "0" },
  };
  return parseArgs({ args: args.filter((arg) => arg.startsWith("--")), options, strict: false }).values;
}

function netexec() {
  const { "http-port": port, "delay-shutdown": delay } = flags();
  const answers = {
    "/": () => `NOW: ${new Date().toISOString()}`,
    "/clientip": (_query, request) => `${request.socket.remoteAddress}:${request.socket.remotePort}`,
    "/echo": (query) => query.get("msg") ?? "",
    "/exit": (query) => setTimeout(() => process.exit(Number(query.get("code") ?? 0)), 10) && "",
    "/healthz": () => "",
    "/hostname": () => hostname,
    "/hostName": () => hostname,
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://pod");
    const answer = answers[url.pathname];
    const body = answer === undefined ? "404 page not found\n" : answer(url.searchParams, request);
    const status = answer === undefined ? 404 : Number(url.searchParams.get("code") || 200);
    response.writeHead(url.pathname === "/exit" ? 200 : status, {
      "content-type": "text/plain; charset=utf-8",
      "content-length": Buffer.byteLength(body),
      "x-pod-name": hostname,
    });
    response.end(body);
  });
  // Go's server keeps idle connections for ever; Node's would close them after 5 s.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  server.on("error", (error) => {
    console.error(`netexec: ${error.message}`);
    process.exit(1);
  });
  server.listen(Number(port), address, () => console.log(`Started HTTP server on ${address}:${port}`));
  // As in Go: without a delay SIGTERM ends the process at once, in the middle of what it is doing.
  const delaySeconds = Number(delay);
  process.on("SIGTERM", () => {
    console.log(`Received SIGTERM, exiting in ${delaySeconds} s`);
    setTimeout(() => process.exit(delaySeconds > 0 ? 0 : 143), delaySeconds * 1000);
  });
}

const commands = {
  netexec,
  pause: () => setInterval(() => undefined, 2 ** 30),
  "entrypoint-tester": () => console.log(JSON.stringify([command, ...args])),
};

if (commands[command] === undefined) {
  console.error(`agnhost: the lab does not have the command "${command}", only ${Object.keys(commands).join(", ")}`);
  process.exit(1);
}
commands[command]();
