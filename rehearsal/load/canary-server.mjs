// A target that has nothing to do with the cluster. It runs beside the load generator in a process of its own, prints
// its port, and ends when its standard input does, so that it never outlives whoever started it.
import { createServer } from "node:http";

const server = createServer((_request, response) => response.end("canary"));
// Longer than any pause between two requests on a kept-alive connection.
server.keepAliveTimeout = 120_000;
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
