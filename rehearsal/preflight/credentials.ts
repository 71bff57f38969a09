import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { known, type Fact } from "../../preflight/fact.ts";
import type { Credentials, Refused } from "../../preflight/facts.ts";
import { interrupted } from "../interrupt.ts";
import { ask } from "./ask.ts";
import { isRefused, saidBy, unanswered } from "./aws-error.ts";
import type { Clients } from "./clients.ts";

/** What the SDK knows of credentials besides the keys. */
interface Identity {
  readonly sessionToken?: string | undefined;
  readonly expiration?: Date | undefined;
  /** Where they are from, by the SDK's own names. */
  readonly $source?: Readonly<Record<string, unknown>> | undefined;
}

/** Who AWS takes us for, and until when. Needs no permission. */
export async function credentials({ sts }: Clients): Promise<Fact<Credentials | Refused>> {
  try {
    const identity: Identity = await sts.config.credentials();
    return await askWho(sts, identity);
  } catch (error) {
    interrupted.throwIfAborted();
    return isRefused(error) ? known({ refused: saidBy(error) }) : unanswered("sts:GetCallerIdentity", error);
  }
}

async function askWho(sts: Clients["sts"], identity: Identity): Promise<Fact<Credentials | Refused>> {
  return ask("sts:GetCallerIdentity", async (options) => {
    try {
      const { Arn = "an unnamed principal" } = await sts.send(new GetCallerIdentityCommand({}), options);
      return { principal: Arn, ...lifetime(identity) };
    } catch (error) {
      if (isRefused(error)) return { refused: saidBy(error) };
      throw error;
    }
  });
}

/** Those of the environment are never read anew; everything else that says when it expires is renewed by the SDK. */
export function lifetime({ sessionToken, expiration, $source = {} }: Identity): Omit<Credentials, "principal"> {
  const fromEnvironment = "CREDENTIALS_ENV_VARS" in $source;
  return {
    expiration,
    temporary: expiration !== undefined || (sessionToken !== undefined && sessionToken !== ""),
    renewable: expiration !== undefined && !fromEnvironment,
  };
}
