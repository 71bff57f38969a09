import { unknown, type Fact } from "../../preflight/fact.ts";
import { messageOf } from "../errors.ts";

interface AwsError {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

const named = (error: unknown): string => (error as AwsError).name ?? "Error";
const status = (error: unknown): number | undefined => (error as AwsError).$metadata?.httpStatusCode;
const firstLine = (error: unknown): string => messageOf(error).split("\n")[0] ?? "";

const credentialErrors =
  /^(ExpiredToken(Exception)?|RequestExpired|InvalidClientTokenId|InvalidToken|UnrecognizedClientException|AuthFailure|SignatureDoesNotMatch|InvalidAccessKeyId|InvalidSignatureException|TokenRefreshRequired|IncompleteSignature|CredentialsProviderError|TokenProviderError)$/;
const throttlingErrors =
  /^(Throttling(Exception)?|ThrottledException|TooManyRequestsException|RequestLimitExceeded|RequestThrottled(Exception)?|SlowDown|PriorRequestNotComplete|BandwidthLimitExceeded|EC2ThrottledException|LimitExceededException)$/;
const denials = /^(AccessDenied(Exception)?|UnauthorizedOperation|UnauthorizedAccess|Forbidden|NotAuthorized)$/;

/** AWS does not know or no longer takes the credentials, or there are none. */
export function isRefused(error: unknown): boolean {
  return credentialErrors.test(named(error));
}

export function isDenied(error: unknown): boolean {
  return !isRefused(error) && (denials.test(named(error)) || status(error) === 403);
}

/** `AccessDenied (403): User: arn:… is not authorized to perform: …`. */
export function saidBy(error: unknown): string {
  const code = status(error);
  return `${named(error)}${code === undefined ? "" : ` (${code})`}: ${firstLine(error)}`;
}

/**
 * Why a call of AWS has no answer, and what gets one. A call that was throttled, denied or not answered says nothing of
 * what it asked about: it is never taken for "there is none".
 *
 * @param action as IAM calls it, e.g. `ec2:DescribeSubnets`
 */
export function unanswered(action: string, error: unknown): Fact<never> {
  const { attempts } = (error as AwsError).$metadata ?? {};
  if (isRefused(error))
    return unknown(`AWS does not accept the credentials: ${saidBy(error)}`, "log in again (`aws sso login`)");
  if (throttlingErrors.test(named(error)) || status(error) === 429)
    return unknown(
      `${action} was throttled each time (${named(error)}${attempts === undefined ? "" : `, ${attempts} attempts`})`,
      "run it again when fewer calls are made in this account and region",
    );
  if (isDenied(error)) return unknown(`${action} was denied: ${saidBy(error)}`, `allow ${action} to these credentials`);
  if (/^(AbortError|TimeoutError)$/.test(named(error)))
    return unknown(
      `${action} was not answered in time`,
      "check the connection to AWS (proxy, VPN, AWS_ENDPOINT_URL), then run it again",
    );
  return unknown(`${action} failed: ${saidBy(error)}`, "check region and connection to AWS, then run it again");
}
