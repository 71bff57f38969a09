// The data path of all load balancers of a lab, in a process of its own: what the supervisor does at the same time
// must not show in anybody's measurements. Told what to do by messages (protocol.ts).
import { FaultState } from "./fault-state.mjs";
import { Listener } from "./listener.mjs";

const faults = new FaultState();
const timing = { deregistrationMs: 3000, healthMs: 500 };
const listeners = new Map();

function setBalancers(balancers) {
  const wanted = new Map();
  for (const { name, address, ports } of balancers)
    for (const { port, targets } of ports) wanted.set(`${name} ${address}:${port}`, { name, address, port, targets });
  for (const [key, listener] of listeners) {
    if (wanted.has(key)) continue;
    listener.close();
    listeners.delete(key);
  }
  for (const [key, { name, address, port, targets }] of wanted) {
    const report = (message) => process.send?.({ ...message, name });
    const listener = listeners.get(key) ?? new Listener(address, port, faults, timing, report);
    listeners.set(key, listener);
    listener.setTargets(targets);
  }
}

process.on("message", (message) => {
  if (message.type === "timing")
    Object.assign(timing, { deregistrationMs: message.deregistrationMs, healthMs: message.healthMs });
  else if (message.type === "balancers") setBalancers(message.balancers);
  else if (message.type === "faults") {
    // Resetting a thousand connections takes a tenth of a second, in which nothing is served.
    const atMs = Date.now();
    faults.set(message);
    process.send?.({ type: "faults", atMs });
  }
});
process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));
