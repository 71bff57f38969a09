import type { EC2Client } from "@aws-sdk/client-ec2";
import type { Route53Client } from "@aws-sdk/client-route-53";
import type { S3Client } from "@aws-sdk/client-s3";
import type { STSClient } from "@aws-sdk/client-sts";
import { isObject, stringAt, type Props, type Value } from "../provider/values.ts";

/** The provider's own settings that this plugin honours. */
export interface AwsConfig {
  readonly region: string;
  readonly profile?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  readonly s3UsePathStyle: boolean;
  /** By service, e.g. `s3`; without one the usual AWS_ENDPOINT_URL variables count. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly defaultTags: Readonly<Record<string, string>>;
}

const connectTimeoutMs = 5_000;
const requestTimeoutMs = 30_000;
const maxAttempts = 5;

/** Settings that are no strings come as JSON. */
function unpack(value: Value | undefined): Value | undefined {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as Value;
  } catch {
    // A plain string; the few settings that are one are read as such.
    return value;
  }
}

function stringsOf(value: Value | undefined): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** Reads the provider's settings, with the environment as the AWS SDK does. */
export function readConfig(config: Props, env: NodeJS.ProcessEnv): AwsConfig {
  const endpoints = unpack(config["endpoints"]);
  const defaultTags = unpack(config["defaultTags"]);
  const accessKeyId = stringAt(config, ["accessKey"]);
  const secretAccessKey = stringAt(config, ["secretKey"]);
  const sessionToken = stringAt(config, ["token"]);
  const profile = stringAt(config, ["profile"]);
  return {
    region: stringAt(config, ["region"]) ?? env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"] ?? "",
    ...(profile === undefined ? {} : { profile }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) } }),
    s3UsePathStyle: unpack(config["s3UsePathStyle"]) === true,
    endpoints: Array.isArray(endpoints) ? stringsOf(endpoints[0]) : {},
    defaultTags: isObject(defaultTags) ? stringsOf(defaultTags["tags"]) : {},
  };
}

/** The clients of one provider; each is made, and its code loaded, when it is first asked for. */
export class Aws {
  readonly config: AwsConfig;
  readonly #clients = new Map<string, Promise<unknown>>();
  #account: Promise<string> | undefined;

  constructor(config: AwsConfig) {
    this.config = config;
  }

  /** The region of a resource: its own, else the provider's. */
  region(inputs: Props): string {
    const region = stringAt(inputs, ["region"]) ?? this.config.region;
    if (region === "") {
      throw new Error(
        "no AWS region is set: set aws:region in the stack's configuration, or AWS_REGION, e.g. us-east-1",
      );
    }
    return region;
  }

  ec2(region: string): Promise<EC2Client> {
    return this.#client(`ec2 ${region}`, async () => {
      const { EC2Client } = await import("@aws-sdk/client-ec2");
      return new EC2Client(this.#settings("ec2", region));
    });
  }

  s3(region: string): Promise<S3Client> {
    return this.#client(`s3 ${region}`, async () => {
      const { S3Client } = await import("@aws-sdk/client-s3");
      return new S3Client({ ...this.#settings("s3", region), forcePathStyle: this.config.s3UsePathStyle });
    });
  }

  route53(): Promise<Route53Client> {
    return this.#client("route53", async () => {
      const { Route53Client } = await import("@aws-sdk/client-route-53");
      return new Route53Client(this.#settings("route53", this.region({})));
    });
  }

  sts(): Promise<STSClient> {
    return this.#client("sts", async () => {
      const { STSClient } = await import("@aws-sdk/client-sts");
      return new STSClient(this.#settings("sts", this.region({})));
    });
  }

  /** The id of the account that the credentials belong to. */
  account(): Promise<string> {
    this.#account ??= (async () => {
      const { GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
      const identity = await (await this.sts()).send(new GetCallerIdentityCommand({}));
      return identity.Account ?? "";
    })();
    return this.#account;
  }

  #client<T>(key: string, make: () => Promise<T>): Promise<T> {
    const made = this.#clients.get(key) ?? make();
    this.#clients.set(key, made);
    return made as Promise<T>;
  }

  #settings(service: string, region: string) {
    const endpoint = this.config.endpoints[service];
    return {
      region,
      maxAttempts,
      requestHandler: { connectionTimeout: connectTimeoutMs, requestTimeout: requestTimeoutMs },
      ...(endpoint === undefined || endpoint === "" ? {} : { endpoint }),
      ...(this.config.credentials === undefined ? {} : { credentials: this.config.credentials }),
      ...(this.config.profile === undefined ? {} : { profile: this.config.profile }),
    };
  }
}
