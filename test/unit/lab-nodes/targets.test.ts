import { expect, test } from "@jest/globals";
import type { V1EndpointSlice, V1Service } from "@kubernetes/client-node";
import fc from "fast-check";
import { deliveredAt } from "../../../lab/load-balancer/retransmit.mjs";
import { listenerPorts } from "../../../lab/load-balancer/targets.ts";
import { servedAddress } from "../../../lab/pods/address-block.ts";

const service: V1Service = {
  metadata: { name: "web" },
  spec: {
    ports: [
      { name: "http", port: 80, targetPort: "http" },
      { name: "dns", port: 53, protocol: "UDP" },
    ],
  },
};

type Conditions = NonNullable<V1EndpointSlice["endpoints"][number]["conditions"]>;
const slice = (pods: Record<string, Conditions>, port = 8080): V1EndpointSlice => ({
  addressType: "IPv4",
  ports: [{ name: "http", port }],
  endpoints: Object.entries(pods).map(([name, conditions], index) => ({
    addresses: [`100.96.1.${index + 2}`],
    conditions,
    targetRef: { kind: "Pod", name },
  })),
});

test("the ready endpoints are the targets, at the port of their slice", () => {
  const terminating = { ready: false, serving: true, terminating: true };
  const slices = [slice({ a: { ready: true }, b: { ready: false }, c: terminating }), slice({}, 9090)];
  expect(listenerPorts(service, slices, servedAddress)).toEqual([
    { port: 80, targets: [{ id: "a", host: "127.96.1.2", port: 8080 }] },
  ]);
});

test("without a ready endpoint those that end but still serve are used", () => {
  const slices = [
    slice({
      a: { ready: false, serving: true, terminating: true },
      b: { ready: false, serving: false, terminating: true },
      c: { ready: false, serving: false, terminating: false },
    }),
  ];
  expect(listenerPorts(service, slices, servedAddress)[0]?.targets.map(({ id }) => id)).toEqual(["a"]);
});

test("a lost packet arrives with the first retransmission after the loss ends", () => {
  expect(deliveredAt(1000, 1300, 1000)).toBe(2000);
  expect(deliveredAt(1000, 2500, 1000)).toBe(4000);
  expect(deliveredAt(0, 50, 200)).toBe(200);
  fc.assert(
    fc.property(fc.nat(1e6), fc.nat(1e5), fc.constantFrom(200, 1000), (sent, lost, first) => {
      const arrival = deliveredAt(sent, sent + lost, first);
      expect(arrival).toBeGreaterThanOrEqual(sent + lost);
      expect(arrival - sent).toBeLessThan(2 * lost + first + 1);
      expect(Math.log2((arrival - sent) / first + 1) % 1).toBe(0);
    }),
  );
});
