/** What must never be. */
export class Broken extends Error {}

/** @throws Broken */
export function needs(condition: boolean, what: string): void {
  if (!condition) throw new Broken(what);
}
