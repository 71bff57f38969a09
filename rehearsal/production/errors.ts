import { messageOf, RehearsalError, UsageError } from "../errors.ts";

/** What was tried. */
export interface Attempt {
  readonly doing: "read" | "list";
  readonly bucket: string;
  readonly key: string;
  /** The cluster's folder in the bucket. */
  readonly path: string;
}

/**
 * Says what an answer of S3 means: no such bucket, no such cluster, not allowed, no (valid) credentials, no connection.
 * These must not be mistaken for each other: a cluster that may not be read is there.
 */
export function stateStoreError({ doing, bucket, key, path }: Attempt, cause: unknown): RehearsalError {
  const { name, $metadata } = cause as { name?: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  const where = `s3://${bucket}/${key}`;
  const details = [`S3 answered: ${name ?? "Error"}${status === undefined ? "" : ` (${status})`}: ${messageOf(cause)}`];
  if (name === "NoSuchBucket")
    return new UsageError(`Production's state store s3://${bucket} does not exist.`, {
      details,
      next: "correct the bucket's name, or use credentials of the account that has it",
      cause,
    });
  if (name === "NoSuchKey" || status === 404)
    return new UsageError(`There is no cluster ${path} in s3://${bucket}.`, {
      details: [`${where} is not there; access is not the reason, since S3 would have answered AccessDenied.`],
      next: `kops get clusters --state s3://${bucket} lists those that are there`,
      cause,
    });
  if (name === "AccessDenied" || name === "Forbidden" || status === 403) {
    if (
      /ExpiredToken|InvalidAccessKeyId|SignatureDoesNotMatch|TokenRefreshRequired|RequestTimeTooSkewed/.test(name ?? "")
    )
      return invalid(bucket, details, cause);
    return new RehearsalError(`May not ${doing} ${where}; that does not mean that the cluster is missing.`, {
      details: [
        ...details,
        ...(doing === "read"
          ? ["Without s3:ListBucket on the bucket, S3 gives this answer for an object that is missing, too."]
          : []),
      ],
      next: `allow s3:GetObject on arn:aws:s3:::${bucket}/${path}/* and s3:ListBucket on arn:aws:s3:::${bucket} (and kms:Decrypt, if its objects are encrypted with a key); no write permission is needed`,
      cause,
    });
  }
  if (/Credential|Token|InvalidAccessKeyId|SignatureDoesNotMatch/.test(name ?? ""))
    return invalid(bucket, details, cause);
  if (name === "AbortError" || name === "TimeoutError")
    return new RehearsalError(`S3 did not answer in time when ${where} was ${doing === "read" ? "read" : "listed"}.`, {
      details,
      next: "check the connection to AWS (proxy, VPN, AWS_ENDPOINT_URL), then run it again",
      cause,
    });
  if (/region is missing/i.test(messageOf(cause)))
    return new UsageError(`The region of s3://${bucket} is not known.`, {
      details,
      next: "set AWS_REGION (or aws:region of the stack) to any region, S3 then says which one it is in",
      cause,
    });
  return new RehearsalError(`${where} could not be ${doing === "read" ? "read" : "listed"}.`, {
    details,
    next: "check region and connection, then run it again",
    cause,
  });
}

function invalid(bucket: string, details: readonly string[], cause: unknown): RehearsalError {
  return new RehearsalError(
    `There are no valid AWS credentials to read production's state store s3://${bucket} with.`,
    {
      details,
      next: "log in again (`aws sso login`), or name a profile that can read it",
      cause,
    },
  );
}
