// A plain HTTP server for the load benchmark, in a process of its own so that neither generator shares its event loop.
import { createServer } from "node:http";

const server = createServer((_request, response) => response.end("web-0"));
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send?.({ port: server.address().port }));
process.on("disconnect", () => process.exit(0));
