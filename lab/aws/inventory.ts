/**
 * Everything that exists in the emulated account, in every service, as sorted `service/type/id` strings
 * (`ec2/vpcs/us-east-1/vpc-0a1b`); `serving/inventory.py` says what is left out because AWS has it by itself.
 */
export type Inventory = readonly string[];

export interface InventoryDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

const timeoutMs = 60_000;

/** Asks the emulator at `endpoint` what exists. Throws when it does not answer as the lab's emulator within 15 s. */
export async function inventory(endpoint: string): Promise<Inventory> {
  const url = `${endpoint}/_lab/inventory`;
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).catch((cause: unknown) => {
    throw new Error(`the lab's AWS does not answer at ${url}; is the lab running? See logs/aws.log in its folder`, {
      cause,
    });
  });
  const body: unknown = response.ok ? await response.json() : undefined;
  if (!Array.isArray(body) || !body.every((entry) => typeof entry === "string")) {
    throw new Error(`${url} answered ${response.status}, expected a list; is this the AWS emulator of a lab?`);
  }
  return body;
}

/** What `after` has that `before` has not, and the other way round; each sorted and without repetition. */
export function diffInventory(before: Inventory, after: Inventory): InventoryDiff {
  return { added: without(after, before), removed: without(before, after) };
}

function without(some: Inventory, others: Inventory): string[] {
  const known = new Set(others);
  return [...new Set(some)].filter((entry) => !known.has(entry)).sort();
}
