import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient } from "@aws-sdk/client-iam";
import { Route53Client } from "@aws-sdk/client-route-53";
import { S3Client } from "@aws-sdk/client-s3";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { requestLog, startAws, type LabAws } from "../../../lab/aws/start.ts";
import { Faults } from "../../../lab/faults.ts";
import { ProcessSupervisor } from "../../../lab/process-supervisor.ts";
import { findTools } from "../../../tools/index.ts";

/** A real emulator in a folder of its own, with a client for each service. */
export interface Emulator {
  readonly dir: string;
  readonly aws: LabAws;
  readonly faults: Faults;
  /** Of the access key `tester`. */
  readonly clients: Clients;
  /** Clients of another access key, with what it may do or may not; they are closed with the emulator. */
  readonly clientsOf: (accessKey: string, region?: string) => Clients;
  readonly requests: () => Promise<Request[]>;
  readonly stop: () => Promise<void>;
}
export type Clients = ReturnType<typeof clientsFor>;

/** A line of the request log. */
export interface Request {
  readonly time: string;
  readonly service: string;
  readonly action: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly accessKey: string;
  readonly principal: string;
  readonly region: string;
  readonly needs: readonly Need[];
  readonly refused?: { readonly action: string; readonly resource: string; readonly reason: string };
}

/** An IAM action that a call needs, on which resource and under which condition keys. */
export interface Need {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

export async function startEmulator(): Promise<Emulator> {
  const { python } = await findTools({ only: [] });
  const dir = await mkdtemp(join(tmpdir(), "lab-aws-"));
  const processes = new ProcessSupervisor(dir);
  const faults = new Faults();
  const aws = await startAws({ dir, processes, faults, log: () => undefined, python });
  const opened: Clients[] = [];
  const clientsOf = (accessKey: string, region = "us-east-1"): Clients => {
    const clients = clientsFor(aws.endpoint, accessKey, region);
    opened.push(clients);
    return clients;
  };
  return {
    dir,
    aws,
    faults,
    clients: clientsOf("tester"),
    clientsOf,
    requests: () => requestsIn(dir),
    stop: async () => {
      for (const client of opened.flatMap((clients) => Object.values(clients))) client.destroy();
      await aws.stop();
      await processes.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** What the emulator of the lab in this folder was asked until now. */
export async function requestsIn(dir: string): Promise<Request[]> {
  const text = await readFile(requestLog(dir), "utf8");
  // The last line may just be written.
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Request);
}

/** Clients that do not retry: an answer of the emulator is final. The limits are those of a machine that stands still at times. */
function clientsFor(endpoint: string, accessKeyId: string, region: string) {
  const options = {
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey: accessKeyId },
    maxAttempts: 1,
    requestHandler: { requestTimeout: 60_000, connectionTimeout: 30_000 },
  };
  return {
    autoscaling: new AutoScalingClient(options),
    ec2: new EC2Client(options),
    elb: new ElasticLoadBalancingV2Client(options),
    iam: new IAMClient(options),
    route53: new Route53Client(options),
    s3: new S3Client({ ...options, forcePathStyle: true }),
    ssm: new SSMClient(options),
    sts: new STSClient(options),
  };
}
