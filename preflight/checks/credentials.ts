import type { Facts } from "../facts.ts";
import { Check, type CheckResult } from "../finding.ts";

/** The credentials outlive the rehearsal. */
export function credentials({ intent, aws }: Facts, now: Date): CheckResult {
  const check = new Check("credentials", "lifetime of the credentials");
  check.ask(aws.credentials, (given) => {
    if ("refused" in given) {
      check.find(
        "error",
        "There are no credentials that AWS accepts.",
        [given.refused],
        "log in again (`aws sso login`), name a profile in AWS_PROFILE, or renew the keys",
      );
      return;
    }
    const { principal, expiration, temporary, renewable } = given;
    check.looked(principal);
    const { forecastMinutes } = intent;
    if (expiration === undefined) {
      if (temporary && !renewable)
        check.find(
          "warning",
          `The credentials are temporary, and nobody says when they expire; the rehearsal takes ${forecastMinutes} min at least.`,
          [principal, "AWS_SESSION_TOKEN is set, AWS_CREDENTIAL_EXPIRATION is not"],
          "use a profile, which the AWS SDK renews, or make sure that they last",
        );
      return;
    }
    const left = Math.floor((expiration.getTime() - now.getTime()) / 60_000);
    if (left >= forecastMinutes) return;
    const lasts = left <= 0 ? "have expired" : `expire in ${left} min`;
    const evidence = [principal, `expiration: ${expiration.toISOString()}`];
    if (left > 0 && renewable)
      check.find(
        "info",
        `The credentials ${lasts}; the AWS SDK renews them, as long as the session behind them lasts.`,
        evidence,
        `make sure that the session (SSO, role) lasts for the ${forecastMinutes} min that the rehearsal takes at least`,
      );
    else
      check.find(
        "error",
        `The credentials ${lasts}, and the rehearsal takes ${forecastMinutes} min at least.`,
        evidence,
        "get credentials that last longer (MaxSessionDuration of the role), or use a profile that is renewed",
      );
  });
  return check.result();
}
