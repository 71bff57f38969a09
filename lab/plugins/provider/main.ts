import service from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { onEnd } from "./lifetime.ts";
import { listen, newServer } from "./listen.ts";
import type { Provider } from "./provider.ts";
import { ProviderService } from "./server.ts";

/** The CLI waits about five seconds for a plugin to end. */
const endWithinMs = 4000;

/** Runs a resource plugin until the CLI ends it or is gone. The engine's address is the last argument, if any. */
export async function serve(provider: Provider): Promise<void> {
  const address = process.argv.slice(2).at(-1);
  const plugin = new ProviderService(provider, address?.includes(":") ? address : undefined);
  const server = newServer();
  server.addService(service.ResourceProviderService, plugin.implementation());
  onEnd((reason) => {
    plugin.calls.cancel(reason);
    void plugin.calls
      .settled(endWithinMs)
      .then(() => plugin.close())
      .finally(() => process.exit(0));
  });
  await listen(server);
}
