import grpc from "@grpc/grpc-js";

const maxMessageBytes = 400 * 1024 * 1024;

/** Starts a gRPC server on a free loopback port and prints the port, which is how the Pulumi CLI finds it. */
export async function listen(server: grpc.Server): Promise<void> {
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  process.stdout.write(`${port}\n`);
}

export function newServer(): grpc.Server {
  return new grpc.Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
}
