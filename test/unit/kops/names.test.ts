import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  apiLoadBalancer,
  eventRulePrefix,
  instanceRoles,
  interruptionQueue,
  serviceAccountRole,
  takesInterruptionsOf,
  truncated,
} from "../../../kops/names.ts";

describe("names as kops shortens them", () => {
  // Of pkg/truncate/truncate_test.go of kops 1.35.
  test.each([
    ["foo", 64, "foo"],
    ["this_string_is_33_characters_long", 64, "this_string_is_33_characters_long"],
    ["this_string_is_longer_it_is_46_characters_long", 32, "this_string_is_longer_it_-ha2gug"],
    [
      "this_string_is_even_longer_due_to_extreme_verbosity_it_is_in_fact_84_characters_long",
      64,
      "this_string_is_even_longer_due_to_extreme_verbosity_it_is-7mc0g6",
    ],
  ])("%s, of %d characters at most", (name, most, expected) => {
    expect(truncated(name, most)).toBe(expected);
  });

  test("none is too long, a short one is as it is, and long ones that differ anywhere have different names", () => {
    const label = fc.stringMatching(/^[a-z0-9-]{1,30}$/);
    fc.assert(
      fc.property(label, label, fc.integer({ min: 40, max: 80 }), (one, other, most) => {
        const long = (end: string) => `${"long-name.".repeat(8)}${end}`;
        expect(truncated(long(one), most)).toHaveLength(most);
        expect(truncated(one, most)).toBe(one);
        if (one !== other) expect(truncated(long(one), most)).not.toBe(truncated(long(other), most));
      }),
    );
  });
});

test("whose queue and rules go with a cluster is told by the beginning of their names", () => {
  const prod = "prod.k8s.example.com";
  expect(
    ["prod", "prod.k8s", "prod-k8s.example.com", prod].filter((name) => !takesInterruptionsOf(name, prod)),
  ).toEqual([]);
  const others = ["mirror.k8s.example.com", "prod.k8s.example.com.au", "k8s.example.com", "rod"];
  expect(others.filter((name) => takesInterruptionsOf(name, prod))).toEqual([]);
  // Both have more than 40 characters, and the same first 33.
  const [one, other] = ["a", "b"].map((end) => `rehearsal-of-production.eu-central-1.${end}.example.com`);
  expect(takesInterruptionsOf(one ?? "", other ?? "")).toBe(false);
});

test("roles, queue, rules and load balancer of a cluster", () => {
  const long = "rehearsal-of-production.eu-central-1.kubernetes.example.com";
  expect(instanceRoles("m.example.com")).toEqual([
    ...["masters.m.example.com", "nodes.m.example.com", "bastions.m.example.com", "apiservers.m.example.com"],
  ]);
  expect(instanceRoles(long)[1]).toMatch(/^nodes\.rehearsal-of-production\.eu-central-1\.kubernetes\.exa-[0-9a-v]{6}$/);
  expect(serviceAccountRole({ name: "ledger", namespace: "pay-*" }, "m.example.com")).toBe(
    "ledger.pay-wildcard.sa.m.example.com",
  );
  expect(interruptionQueue("m.example.com")).toBe("m-example-com-nth");
  expect(eventRulePrefix(long)).toMatch(/^rehearsal-of-production\.eu-centra-[0-9a-v]{6}$/);
  // kops always adds the hash.
  expect(apiLoadBalancer("m.example.com")).toMatch(/^api-m-example-com-[0-9a-v]{6}$/);
});
