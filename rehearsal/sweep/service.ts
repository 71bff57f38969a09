import type { Found, Kind } from "../../ownership/found.ts";
import type { Clients } from "./clients.ts";

/** How the resources of a service are found and deleted. */
export interface Service {
  /** All that carries the tag of any owner. @throws what AWS answers when it does not let look */
  readonly find: (clients: Clients) => Promise<Found[]>;
  /** Deletes one resource by its id; what uses it is gone by then, or AWS says that it is still in use. */
  readonly remove: Partial<Record<Kind, (clients: Clients, found: Found) => Promise<void>>>;
}

/** Lists of at most `size`. */
export function batches<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}

/** The results in order, a few at a time: services throttle whoever asks all at once. */
export async function each<T, R>(all: readonly T[], ask: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const some of batches(all, 5)) results.push(...(await Promise.all(some.map(ask))));
  return results;
}

const gone = /NotFound|not found|NoSuch|NonExistent|DoesNotExist|does not exist/i;

/** What is gone already needs no deletion. */
export async function unlessGone(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { name = "", message = "" } = error as { name?: string; message?: string };
    if (!gone.test(name) && !gone.test(message)) throw error;
  }
}
