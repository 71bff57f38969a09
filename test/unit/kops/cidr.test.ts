import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { contains, formatCidr, overlaps, parseCidr, splitForSubnets } from "../../../kops/cidr.ts";
import type { Cidr } from "../../../kops/cidr.ts";

const cidrs = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 32 }))
  .map(([address, prefix]): Cidr => ({ first: address - (address % 2 ** (32 - prefix)), prefix }));

test.each(["", "10.0.0.0", "10.0.0.0/33", "256.0.0.0/8", "10.0.0.1/16", "10.0.0/16", "::/0", "a.b.c.d/8"])(
  "%j is no IPv4 CIDR",
  (text) => {
    expect(parseCidr(text)).toBeUndefined();
  },
);

test("a CIDR that was written is read as it was", () => {
  fc.assert(fc.property(cidrs, (cidr) => expect(parseCidr(formatCidr(cidr))).toEqual(cidr)));
});

test("overlapping is mutual, and two CIDRs overlap only when one contains the other", () => {
  fc.assert(
    fc.property(cidrs, cidrs, (a, b) => {
      expect(overlaps(a, b)).toBe(overlaps(b, a));
      expect(overlaps(a, b)).toBe(contains(a, b) || contains(b, a));
    }),
  );
});

test("neighbours do not overlap", () => {
  const [a, b] = [parseCidr("10.0.0.0/16"), parseCidr("10.1.0.0/16")];
  expect(a && b && overlaps(a, b)).toBe(false);
});

test("subnets lie in their network and apart from each other", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 8 }), (second, count) => {
      const network = { first: (10 * 256 + second) * 65536, prefix: 16 };
      const subnets = splitForSubnets(network, count);
      expect(subnets).toHaveLength(count);
      expect(subnets.every((subnet) => contains(network, subnet))).toBe(true);
      expect(subnets.some((a, i) => subnets.slice(i + 1).some((b) => overlaps(a, b)))).toBe(false);
    }),
  );
});
