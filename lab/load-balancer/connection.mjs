// A client's connection through the load balancer to a target.
import { connect } from "node:net";
import { Forward } from "./forward.mjs";
import { deliveredAt, synMs } from "./retransmit.mjs";

/** How long a target has to take a connection, in ms. */
const connectTimeoutMs = 10_000;

export class Connection {
  #client;
  #target;
  #faults;
  #listener;
  #upstream;
  #forwards = [];
  #timer;
  #resumeHeld;
  #stopListening;

  constructor(client, target, listener, faults) {
    this.#client = client;
    this.#target = target;
    this.#faults = faults;
    this.#listener = listener;
    target.connections.add(this);
    client.on("close", () => this.#closed());
    this.#stopListening = faults.onChange(() => this.#faultsChanged());
    if (this.#reset()) this.cut();
    else if (this.#dropped()) this.#hold();
    else this.#connect();
  }

  /** Ends it hard: its target has been gone for too long, or a fault wants it. */
  cut() {
    this.#upstream?.destroy();
    this.#client.resetAndDestroy();
  }

  #dropped() {
    return this.#faults.dropped(this.#target, this.#listener);
  }

  #reset() {
    return this.#faults.reset(this.#target, this.#listener);
  }

  /** The client's SYN is lost until the fault is over; a client that gives up meanwhile was never here. */
  #hold() {
    const sent = Date.now();
    const client = this.#client;
    const early = [];
    const keep = (chunk) => early.push(chunk);
    const giveUp = () => client.destroy();
    client.on("data", keep).once("end", giveUp).on("error", ignore);
    this.#resumeHeld = () => {
      if (this.#dropped()) return;
      this.#resumeHeld = undefined;
      const now = Date.now();
      this.#timer = setTimeout(
        () => {
          client.pause().off("data", keep).off("end", giveUp);
          if (early.length > 0) client.unshift(Buffer.concat(early));
          this.#connect();
        },
        deliveredAt(sent, now, synMs) - now,
      );
    };
  }

  #faultsChanged() {
    if (this.#reset()) return this.cut();
    this.#resumeHeld?.();
    for (const forward of this.#forwards) forward.faultsChanged();
  }

  #connect() {
    if (this.#client.destroyed) return;
    const { host, port } = this.#target;
    const upstream = connect({ host, port, noDelay: true, allowHalfOpen: true });
    this.#upstream = upstream;
    upstream.setTimeout(connectTimeoutMs, () => upstream.destroy(new Error("no answer")));
    upstream.once("connect", () => upstream.setTimeout(0));
    upstream.on("close", () => {
      if (!this.#dropped() && this.#upstream.readableEnded && this.#client.writableEnded) this.#client.destroySoon();
    });
    const dropped = () => this.#dropped();
    const client = this.#client;
    this.#forwards = [
      new Forward({ from: client, to: upstream, dropped, delayMs: () => 0 }),
      new Forward({ from: upstream, to: client, dropped, delayMs: () => this.#faults.delayMs }),
    ];
    client.resume();
  }

  #closed() {
    clearTimeout(this.#timer);
    this.#stopListening();
    for (const forward of this.#forwards) forward.stop();
    this.#upstream?.destroy();
    this.#target.connections.delete(this);
  }
}

const ignore = () => undefined;
