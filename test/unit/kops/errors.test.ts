import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { kopsError } from "../../../kops/errors.ts";

const call = {
  command: "kops update cluster mirror.example.com --yes",
  clusterName: "mirror.example.com",
  stateStore: "s3://store",
  logFile: "logs/update.log",
};

/** Texts that kops 1.35.0 printed, or formats of its sources. */
const outputs = {
  "state-store-missing":
    'Error: error reading cluster configuration "x": error reading s3://store/x/config: operation error S3: GetObject, https response error StatusCode: 404, api error NoSuchBucket: The specified bucket does not exist',
  "state-store-denied":
    'Error: error reading cluster configuration "x": error reading s3://store/x/config: operation error S3: GetObject, https response error StatusCode: 403, RequestID: A, api error AccessDenied: Access Denied',
  credentials:
    'Error: error reading cluster configuration "x": listing AWS regions: operation error EC2: DescribeRegions, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found',
  throttled:
    "W1123 05:59:20.737891 1 executor.go:139] error running task: operation error EC2: DescribeInstances, api error RequestLimitExceeded: Request limit exceeded.",
  denied: "Error: operation error EC2: RunInstances, api error UnauthorizedOperation: You are not authorized",
  "cluster-not-found": 'Error: cluster not found "mirror.example.com"',
  "image-not-found":
    'Error: nodes.spec.image: Invalid value: "x": specified image "x" is invalid: could not find Image for "x"',
  "drain-timeout":
    'error when evicting pods/"web" -n "shop" (will retry after 5s): Cannot evict pod as it would violate the pod\'s disruption budget.\nError: failed to drain node "i-1": error draining node: error when evicting pods/"web" -n "shop": global timeout reached: 15m0s',
  "validation-timeout":
    'I1123 05:59:20.737891 1 instancegroups.go:5] Cluster did not pass validation, will retry in "30s": machine "i-2" has not yet joined cluster.\nError: error validating cluster after terminating instance: cluster did not validate within a duration of "5m0s"',
  "api-unreachable":
    'Unable to reach the kubernetes API.\nError: error listing nodes in cluster: Get "https://127.0.0.1:1/api/v1/nodes": dial tcp: connection refused',
  network:
    'Error: exceeded maximum number of attempts, 3, request send failed, Get "http://127.0.0.1:1/": connection refused',
} as const;

describe("the error is chosen from the output", () => {
  test.each(Object.entries(outputs))("%s", (code, output) => {
    const error = kopsError({ ...call, output });
    expect(error.code).toBe(code);
    expect(error.message).toContain("mirror.example.com");
    expect(error.message.startsWith(error.summary)).toBe(true);
    expect(error.summary).not.toContain(call.command);
    expect(error.message).toContain("Next: ");
    expect(error.message).toContain("Log: logs/update.log");
  });

  test("a cluster that is gone, as kops delete says it", () => {
    const output = 'Error: error reading cluster configuration: Cluster.kops.k8s.io "none.example.com" not found';
    expect(kopsError({ ...call, output }).code).toBe("cluster-not-found");
  });
});

test("a drain time-out names node and pod, a validation time-out the last failure", () => {
  expect(kopsError({ ...call, output: outputs["drain-timeout"] }).message).toMatch(/Node i-1 .*shop\/web/);
  expect(kopsError({ ...call, output: outputs["validation-timeout"] }).message).toContain(
    'machine "i-2" has not yet joined cluster',
  );
});

test("pods that do not stop before the drain's time-out are named, each once, and what was refused for a while is not to blame", () => {
  const waited = (pod: string): string =>
    `error when waiting for pod "${pod}" in namespace "shop" to terminate: context deadline exceeded`;
  const output = [
    'error when evicting pods/"web-3" -n "shop" (will retry after 5s): Cannot evict pod as it would violate the pod\'s disruption budget.',
    `E1125 17:53:53.863677 1 rollingupdate.go:219] failed to roll InstanceGroup "nodes": failed to drain node "i-1": error draining node: [${waited("web-1")}, ${waited("web-2")}]`,
    `Error: failed to drain node "i-1": error draining node: [${waited("web-1")}, ${waited("web-2")}]`,
  ].join("\n");
  const error = kopsError({ ...call, output });
  expect(error.code).toBe("drain-timeout");
  expect(error.summary).toBe("Node i-1 could not be drained in time: pods shop/web-1, shop/web-2 did not stop");
  expect(error.message).toMatch(/Next: .*terminationGracePeriodSeconds/);
});

test("what is not known shows the last error line and keeps its cause", () => {
  const cause = new Error("exit status 1");
  const error = kopsError({ ...call, output: "I1 x\nError: never seen\nSDK 2026 WARN\n" }, { cause });
  expect(error.code).toBe("unknown");
  expect(error.message).toContain("never seen");
  expect(error.cause).toBe(cause);
});

test("every output gives an error that says what to do next", () => {
  fc.assert(fc.property(fc.string(), (output) => expect(kopsError({ ...call, output }).message).toContain("Next: ")));
});
