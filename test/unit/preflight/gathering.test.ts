import { describe, expect, test } from "@jest/globals";
import { both, known, mapFact, unknown } from "../../../preflight/fact.ts";
import { manifestObject } from "../../../preflight/manifest-objects.ts";
import { requestedApi } from "../../../preflight/requested-apis.ts";
import { isDenied, isRefused, unanswered } from "../../../rehearsal/preflight/aws-error.ts";
import { lifetime } from "../../../rehearsal/preflight/credentials.ts";
import { imageQuery } from "../../../rehearsal/preflight/images.ts";

describe("what AWS says instead of an answer", () => {
  const said = (name: string, httpStatusCode = 400, message = "no") =>
    Object.assign(new Error(message), { name, $metadata: { httpStatusCode, attempts: 6 } });

  test.each([
    ["RequestLimitExceeded", 503, "was throttled each time (RequestLimitExceeded, 6 attempts)"],
    ["ThrottlingException", 400, "was throttled each time"],
    ["SlowDown", 503, "was throttled each time"],
    ["UnauthorizedOperation", 403, "was denied: UnauthorizedOperation (403): no"],
    ["AccessDeniedException", 400, "was denied"],
    ["Unknown", 403, "was denied"],
    ["TimeoutError", 500, "was not answered in time"],
    ["InternalError", 500, "failed: InternalError (500): no"],
  ])("%s (%d): %s", (name, status, why) => {
    expect(unanswered("ec2:DescribeVpcs", said(name, status))).toMatchObject({
      known: false,
      why: expect.stringContaining(`ec2:DescribeVpcs ${why}`),
    });
  });

  test.each(["ExpiredToken", "ExpiredTokenException", "AuthFailure", "CredentialsProviderError"])(
    "%s is about the credentials and no denial, whatever its status",
    (name) => {
      expect(isRefused(said(name, 403))).toBe(true);
      expect(isDenied(said(name, 403))).toBe(false);
      expect(unanswered("s3:GetBucketTagging", said(name, 403))).toMatchObject({
        why: expect.stringContaining("AWS does not accept the credentials"),
      });
    },
  );
});

test("credentials of the environment are not renewed; all others that expire are", () => {
  const expiration = new Date("2026-11-25T12:00:00Z");
  const fromEnvironment = { CREDENTIALS_ENV_VARS: "g" };
  expect(lifetime({})).toEqual({ expiration: undefined, temporary: false, renewable: false });
  expect(lifetime({ sessionToken: "t", $source: fromEnvironment })).toMatchObject({
    temporary: true,
    renewable: false,
  });
  expect(lifetime({ sessionToken: "t", expiration, $source: fromEnvironment })).toMatchObject({ renewable: false });
  expect(lifetime({ sessionToken: "t", expiration, $source: { CREDENTIALS_SSO: "s" } })).toMatchObject({
    temporary: true,
    renewable: true,
  });
});

test("images are looked up as kops does", () => {
  expect(imageQuery("ami-1")).toEqual({ ImageIds: ["ami-1"] });
  expect(imageQuery("mine")).toMatchObject({ Owners: ["self"], Filters: [{ Name: "name", Values: ["mine"] }] });
  expect(imageQuery("ubuntu/images/x")).toMatchObject({
    Owners: ["099720109477"],
    Filters: [{ Values: ["images/x"] }],
  });
  expect(imageQuery("123456789012/a/b")).toMatchObject({ Owners: ["123456789012"], Filters: [{ Values: ["a/b"] }] });
});

test("a line of the API server's metrics", () => {
  const line = (labels: string, value = "1") => `apiserver_requested_deprecated_apis{${labels}} ${value}`;
  expect(
    requestedApi(
      line('group="policy",removed_release="1.25",resource="podsecuritypolicies",subresource="",version="v1beta1"'),
    ),
  ).toEqual({ group: "policy", version: "v1beta1", resource: "podsecuritypolicies", removedRelease: "1.25" });
  expect(requestedApi(line('group="",removed_release="",resource="endpoints",version="v1"'))).toMatchObject({
    group: "",
  });
  expect(requestedApi(line('group="a",version="v1"', "0"))).toBeUndefined();
  expect(requestedApi("# TYPE apiserver_requested_deprecated_apis gauge")).toBeUndefined();
  expect(requestedApi('apiserver_requested_deprecated_apis_total{group="a"} 1')).toBeUndefined();
});

test("of a manifest only what a check looks at is handed on", () => {
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, stringData: { key: "hidden" } };
  expect(JSON.stringify(manifestObject("shop.yaml", secret))).not.toContain("hidden");
  const spec = { replicas: 2, template: { spec: { containers: [{ env: [{ value: "hidden" }] }] } } };
  const web = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "shop" }, spec };
  expect(manifestObject("shop.yaml", web)).toEqual({
    ...{ file: "shop.yaml", apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" },
    spec: { replicas: 2 },
  });
});

test("a fact made of two is unknown when one of them is", () => {
  const no = unknown("no", "ask");
  expect(both(known(1), known(2), (a, b) => a + b)).toEqual(known(3));
  expect(both(no, known(2), () => 0)).toBe(no);
  expect(both(known(1), no, () => 0)).toBe(no);
  expect(mapFact(no, () => 0)).toBe(no);
});
