// A plain HTTP server for the load benchmarks, in a process of its own so that no generator shares its event loop. It
// says how many requests it has seen when it is asked.
import { createServer } from "node:http";

let seen = 0;
const server = createServer((_request, response) => {
  seen++;
  response.end("web-0");
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send?.({ port: server.address().port }));
process.on("message", () => process.send?.({ seen }));
process.on("disconnect", () => process.exit(0));
