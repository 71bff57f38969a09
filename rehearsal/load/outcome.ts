import type { Outcome } from "../../analysis/sample.ts";

/** What k6 says about a request. */
export interface Answer {
  /** HTTP status, 0 without an answer. */
  readonly status: number;
  /** k6's `error_code`, 0 without an error. */
  readonly errorCode: number;
  /** The body is what was expected. */
  readonly bodyOk: boolean;
  /** k6's message, for an error that has no code of its own. */
  readonly error: string;
}

/** Connections that the other side gave up come without a code of their own, as Go's error texts. */
const gaveUp = /\bEOF\b|connection reset|broken pipe|use of closed network connection|server closed idle connection/;

/** k6's error codes (`lib/netext/httpext/error_codes.go` in k6) to outcomes. 1400 and up are HTTP statuses. */
export function classify({ status, errorCode, bodyOk, error }: Answer): Outcome {
  switch (errorCode) {
    case 1050: // no answer within the time limit
    case 1211: // no connection within the time limit
      return "timeout";
    case 1100:
    case 1101:
      return "dns";
    case 1212:
      return "refused";
    case 1201: // broken pipe
    case 1220:
      return "reset";
    default:
  }
  if (errorCode !== 0 && errorCode < 1400) return gaveUp.test(error) ? "reset" : "unknown";
  if (status === 0) return gaveUp.test(error) ? "reset" : "unknown";
  if (status >= 500) return "http-5xx";
  if (status < 200 || status >= 300) return "http-other";
  // HTTP/2 and decompression errors come with the status of the answer that they broke.
  if (errorCode >= 1600) return gaveUp.test(error) ? "reset" : "unknown";
  return bodyOk ? "ok" : "wrong-body";
}
