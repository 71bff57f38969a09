import service from "@pulumi/pulumi/proto/language_grpc_pb.js";
import pulumiVersion from "@pulumi/pulumi/version.js";
import { onEnd } from "../provider/lifetime.ts";
import { listen, newServer } from "../provider/listen.ts";
import { LanguageHost } from "./host.ts";

const host = new LanguageHost(pulumiVersion.version, process.argv.slice(2).at(-1) ?? "");
const server = newServer();
server.addService(service.LanguageRuntimeService, host.implementation());
onEnd(() => {
  host.kill();
  process.exit(0);
});
await listen(server);
