import { RehearsalError } from "../../../../rehearsal/errors.ts";
import { KopsError } from "../../../../kops/errors.ts";

/** What stands in the way of a command: a call that fails, a drain that does not end, no instance to be had. */
export type Way = "fails" | "drain" | "capacity";

/** Lets the calls of a command go wrong from the nth on. */
export class Trouble {
  #left = Infinity;
  #way: Way = "fails";

  order(way: Way = "fails", after = Infinity): void {
    this.#way = way;
    this.#left = after;
  }

  /** At each call of kops, AWS or k6. @throws KopsError when it is time */
  call(): void {
    if (this.#way === "fails" && this.#left-- <= 0) throw new KopsError("credentials", "the token has expired");
  }

  /** At each node that is to be replaced. @throws what halts a roll */
  node(noCapacity: new (summary: string) => RehearsalError): void {
    this.call();
    if (this.#way === "fails" || this.#left-- > 0) return;
    throw this.#way === "drain" ? new KopsError("drain-timeout", "a budget allows nothing") : new noCapacity("no room");
  }
}
