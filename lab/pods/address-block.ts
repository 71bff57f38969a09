import { createServer, type Server } from "node:net";

/** On this port of a block's first address its owner listens, so that no other lab of the machine takes the block. */
const lockPort = 47_123;

/** Loopback addresses `127.<second>.<block>.2` to `.254` that are this lab's alone, handed out one by one. */
export class AddressBlock {
  readonly #prefix: string;
  readonly #lock: Server;
  readonly #used = new Set<number>();
  #last = 1;

  private constructor(prefix: string, lock: Server) {
    this.#prefix = prefix;
    this.#lock = lock;
  }

  /** Finds a free block below 127.`second`; starts at a random one. Throws when all 256 are taken. */
  static async reserve(second: number, random: () => number = Math.random): Promise<AddressBlock> {
    const first = Math.floor(random() * 256);
    for (let step = 0; step < 256; step += 1) {
      const prefix = `127.${second}.${(first + step) % 256}`;
      const lock = await listen(`${prefix}.1`);
      if (lock !== undefined) return new AddressBlock(prefix, lock);
    }
    throw new Error(
      `no free addresses in 127.${second}.0.0/16: is all of 127.0.0.0/8 on the loopback interface, as on Linux?`,
    );
  }

  /** The next address; those given back are used again as late as possible. Throws when all 253 are in use. */
  take(): string {
    for (let step = 0; step < 253; step += 1) {
      this.#last = this.#last >= 254 ? 2 : this.#last + 1;
      if (this.#used.has(this.#last)) continue;
      this.#used.add(this.#last);
      return `${this.#prefix}.${this.#last}`;
    }
    throw new Error(`all 253 addresses in ${this.#prefix}.0/24 are in use`);
  }

  give(address: string): void {
    this.#used.delete(Number(address.split(".")[3]));
  }

  release(): Promise<void> {
    return new Promise((resolve) => this.#lock.close(() => resolve()));
  }
}

/** Undefined when somebody listens there already. */
function listen(host: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy()).unref();
  return new Promise((resolve) => {
    server.once("error", () => resolve(undefined));
    server.listen(lockPort, host, () => resolve(server));
  });
}

/** The second byte of pod addresses: 100.96.x.y for the API server, which refuses loopback addresses in EndpointSlices. */
export const podSecondByte = 96;

/** Under which address of the cluster's pod range a loopback address is reported. */
export const reportedAddress = (served: string): string => served.replace(/^127\./, "100.");

/** Where a pod of this reported address really listens. */
export const servedAddress = (reported: string): string => reported.replace(/^100\./, "127.");
