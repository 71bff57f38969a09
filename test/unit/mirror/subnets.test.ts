import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { contains, overlaps, parseCidr, type Cidr } from "../../../kops/cidr.ts";
import { subnetCidrs, type SubnetShape } from "../../../mirror/subnets.ts";

const range = (cidr: string): Cidr => {
  const parsed = parseCidr(cidr);
  if (!parsed) throw new Error(`${cidr} is no CIDR`);
  return parsed;
};
const network = { cidr: "10.97.0.0/16" };

/** As kops splits a network before it looks for a part that nothing is in (upup/pkg/fi/cloudup/subnets.go). */
function partsOfKops(shapes: readonly SubnetShape[]): Cidr[] {
  const big = shapes.filter(({ type }) => type !== "Utility").length;
  const wanted = big + (big < shapes.length ? 1 : 0);
  const count = [1, 2, 4, 8].find((parts) => wanted <= parts) ?? 8;
  const size = 2 ** 16 / count;
  return Array.from({ length: count }, (_, i) => ({
    first: range(network.cidr).first + i * size,
    prefix: 16 + Math.log2(count),
  }));
}

const shapes = fc
  .array(fc.record({ type: fc.constantFrom("Public", "Private", "Utility", "DualStack"), hasIpv4: fc.boolean() }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((types) =>
    types.map(
      // kops has subnets without IPv4 only where instances are, and only private ones.
      ({ type, hasIpv4 }, i): SubnetShape => ({ name: `s${i}`, type, ipv4: hasIpv4 || type !== "Private" }),
    ),
  );

test("each subnet with IPv4 has a range of its own inside of the network, and kops finds a free part for the others", () => {
  fc.assert(
    fc.property(shapes, (all) => {
      const cidrs = subnetCidrs(all, network);
      expect([...cidrs.keys()].sort()).toEqual(
        all
          .filter(({ ipv4 }) => ipv4)
          .map(({ name }) => name)
          .sort(),
      );
      const ranges = [...cidrs.values()].map(range);
      expect(ranges.every((one) => contains(range(network.cidr), one))).toBe(true);
      ranges.forEach((one, i) => expect(ranges.slice(0, i).some((other) => overlaps(one, other))).toBe(false));
      const big = all.filter(({ type }) => type !== "Utility").length;
      if (all.every(({ ipv4 }) => ipv4) || big > 7) return;
      expect(partsOfKops(all).some((part) => !ranges.some((one) => overlaps(one, part)))).toBe(true);
    }),
  );
});

test("what the settings say of the subnets is taken as it is", () => {
  const all = ["a", "b"].map((name) => ({ name, type: "Public", ipv4: true }));
  const subnets = { a: "10.97.128.0/20", b: "10.97.0.0/20" };
  expect(Object.fromEntries(subnetCidrs(all, { ...network, subnets }))).toEqual(subnets);
});

test("a network that is too small is refused", () => {
  const all = Array.from({ length: 5 }, (_, i) => ({ name: `s${i}`, type: "Public", ipv4: true }));
  expect(() => subnetCidrs(all, { cidr: "10.97.0.0/26" })).toThrow(RangeError);
});
