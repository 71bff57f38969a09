const region = "us-east-1";
/** Keys that open nothing but the emulator. */
const key = "lab";

export interface AwsEnvironmentInput {
  /** Where the emulator answers, e.g. `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  /** Where the file server answers. */
  readonly assetsUrl: string;
  /** An AWS configuration file of the lab's own, so that no profile of the user's has a say. */
  readonly configFile: string;
  /** What NO_PROXY holds already. */
  readonly noProxy?: string;
}

/**
 * What kops, the AWS SDKs, the aws CLI and pulumi-aws need in their environment to meet the lab instead of AWS.
 * All of them take path-style addresses of buckets when the endpoint is an IP address. A shell in which AWS_PROFILE or
 * AWS_DEFAULT_PROFILE is set has to unset them: no value means "none" to every program.
 */
export function awsEnvironment({
  endpoint,
  assetsUrl,
  configFile,
  noProxy,
}: AwsEnvironmentInput): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    // These two would win over the one above if the user has them.
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false",
    AWS_ACCESS_KEY_ID: key,
    AWS_SECRET_ACCESS_KEY: key,
    // A token of the user's own must not go along with the lab's keys.
    AWS_SESSION_TOKEN: "",
    AWS_CONFIG_FILE: configFile,
    AWS_SHARED_CREDENTIALS_FILE: configFile,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_PAGER: "",
    // kops reaches its state store with variables of its own.
    S3_ENDPOINT: endpoint,
    S3_REGION: region,
    S3_ACCESS_KEY_ID: key,
    S3_SECRET_ACCESS_KEY: key,
    KOPS_BASE_URL: `${assetsUrl}/kops`,
    // Else kops asks a registry for the digest of each image, and waits.
    KOPS_FEATURE_FLAGS: "-ImageDigest",
    NO_PROXY: [noProxy, "127.0.0.1", "localhost"].filter(Boolean).join(","),
  };
}

/** The content of the lab's AWS configuration file, which serves as the file of credentials too. */
export const awsConfigFile = `[default]
region = ${region}
aws_access_key_id = ${key}
aws_secret_access_key = ${key}
`;
