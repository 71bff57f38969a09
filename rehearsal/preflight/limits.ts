import { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand } from "@aws-sdk/client-service-quotas";
import { known, unknown, type Fact } from "../../preflight/fact.ts";
import type { Quota } from "../../preflight/quotas.ts";
import { ask } from "./ask.ts";
import type { Clients } from "./clients.ts";

/** The account's quotas in the region, by code: what was applied to it, else what AWS gives to everyone. */
export async function limits({ quotas }: Clients, asked: readonly Quota[]): Promise<Map<string, Fact<number>>> {
  return new Map(await Promise.all(asked.map(async (quota) => [quota.code, await limit(quotas, quota)] as const)));
}

async function limit(client: Clients["quotas"], { service, code, name }: Quota): Promise<Fact<number>> {
  const input = { ServiceCode: service, QuotaCode: code };
  const applied = await ask("servicequotas:GetServiceQuota", (options) =>
    unlessMissing(async () => (await client.send(new GetServiceQuotaCommand(input), options)).Quota?.Value),
  );
  if (!applied.known) return applied;
  if (applied.value !== undefined) return known(applied.value);
  const usual = await ask("servicequotas:GetAWSDefaultServiceQuota", (options) =>
    unlessMissing(async () => (await client.send(new GetAWSDefaultServiceQuotaCommand(input), options)).Quota?.Value),
  );
  if (!usual.known) return usual;
  if (usual.value !== undefined) return known(usual.value);
  return unknown(
    `Service Quotas does not tell the quota "${name}" (${service} ${code})`,
    "see it in the console of Service Quotas",
  );
}

async function unlessMissing<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if ((error as { name?: string }).name === "NoSuchResourceException") return undefined;
    throw error;
  }
}
