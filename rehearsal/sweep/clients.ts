import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingClient } from "@aws-sdk/client-elastic-load-balancing";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { Route53Client } from "@aws-sdk/client-route-53";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";

/** A client for each service that a mirror has something in. Every call has a time limit and is retried with back-off. */
export type Clients = ReturnType<typeof clientsOf>;

export function clientsOf(region: string) {
  const options = {
    region,
    maxAttempts: 6,
    requestHandler: { requestTimeout: 20_000, connectionTimeout: 5_000, throwOnRequestTimeout: true },
  };
  return {
    scaling: new AutoScalingClient(options),
    ec2: new EC2Client(options),
    classic: new ElasticLoadBalancingClient(options),
    balancers: new ElasticLoadBalancingV2Client(options),
    events: new EventBridgeClient(options),
    iam: new IAMClient(options),
    dns: new Route53Client(options),
    s3: new S3Client({ ...options, forcePathStyle: true, followRegionRedirects: true }),
    queues: new SQSClient(options),
  };
}

export function closeClients(clients: Clients): void {
  for (const client of Object.values(clients)) client.destroy();
}
