import { randomUUID } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { z } from "zod";
import { callLimits } from "../call-limits.ts";
import { readIfThere, writeJson } from "../files.ts";

/** Who works on a mirror from this folder of this machine. */
export interface Operator {
  readonly id: string;
  /** `user@host`. */
  readonly who: string;
  /** ARN; absent when AWS did not say. */
  readonly principal?: string;
}

const schema = z.object({ id: z.string() });

/** A folder has one id for ever; a copy of it on another machine is another operator. */
export async function operator(runsDir: string, region: string): Promise<Operator> {
  const file = join(runsDir, "operator.json");
  const text = await readIfThere(file);
  const id = text === undefined ? randomUUID() : schema.parse(JSON.parse(text)).id;
  if (text === undefined) await writeJson(file, { id });
  const principal = await callerArn(region);
  return { id: `${hostname()}/${id}`, who: whoAmI(), ...(principal === undefined ? {} : { principal }) };
}

/** `user@host`; in a container the user may have no name. */
export function whoAmI(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}@${hostname()}`;
  }
}

/** Only for people to read: whoever may not ask can work all the same. */
export async function callerArn(region: string): Promise<string | undefined> {
  const client = new STSClient({ region, maxAttempts: 2, requestHandler: callLimits(5_000) });
  try {
    const limit = { abortSignal: AbortSignal.timeout(10_000) };
    return (await client.send(new GetCallerIdentityCommand({}), limit)).Arn;
  } catch {
    return undefined;
  } finally {
    client.destroy();
  }
}
