import { EC2Client } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { Route53Client } from "@aws-sdk/client-route-53";
import { S3Client } from "@aws-sdk/client-s3";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";

/**
 * The SDK waits a random time of up to 0.5 s before it repeats a throttled call, up to twice as long before each
 * further time, 20 s at most ("standard" mode): five repeats take 8 s on average and 16 s at most.
 */
const attempts = 6;

/** One client for each service that is asked. */
export type Clients = ReturnType<typeof awsClients>;

/** @param endpoint Default: the environment's */
export function awsClients(region: string, endpoint?: string) {
  const options = {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: attempts,
    retryMode: "standard",
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 15_000, throwOnRequestTimeout: true },
  };
  const clients = {
    ec2: new EC2Client(options),
    elb: new ElasticLoadBalancingV2Client(options),
    events: new EventBridgeClient(options),
    iam: new IAMClient(options),
    queues: new SQSClient(options),
    quotas: new ServiceQuotasClient(options),
    route53: new Route53Client(options),
    // Buckets with dots in their names work with paths only; a bucket of this name may be in another region.
    s3: new S3Client({ ...options, forcePathStyle: true, followRegionRedirects: true }),
    ssm: new SSMClient(options),
    sts: new STSClient(options),
  };
  return {
    ...clients,
    close: (): void => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}
