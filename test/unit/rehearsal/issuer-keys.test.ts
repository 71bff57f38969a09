import { expect, test } from "@jest/globals";
import { issuerKeys } from "../../../rehearsal/sweep/services/issuer-keys.ts";

const arn = (issuer: string): string => `arn:aws:iam::123456789012:oidc-provider/${issuer}`;

test("the keys of an issuer in S3 are two files at its path, and no others", () => {
  const keys = ["cluster/a/openid/v1/jwks", "cluster/a/.well-known/openid-configuration"];
  for (const host of ["my-keys.s3.us-east-1", "my-keys.s3.dualstack.eu-west-1"])
    expect(issuerKeys(arn(`${host}.amazonaws.com/cluster/a`))).toEqual({ bucket: "my-keys", keys });
  expect(issuerKeys(arn("s3.us-east-1.amazonaws.com/my.keys/cluster/a"))).toEqual({ bucket: "my.keys", keys });
  expect(issuerKeys(arn("keys.s3.us-east-1.amazonaws.com"))).toEqual({
    bucket: "keys",
    keys: ["openid/v1/jwks", ".well-known/openid-configuration"],
  });
});

test.each([
  "oidc.eks.us-east-1.amazonaws.com/id/0A1B",
  "token.actions.githubusercontent.com",
  "issuer.example.com/s3.",
])("an issuer elsewhere has none: %s", (issuer) => {
  expect(issuerKeys(arn(issuer))).toBeUndefined();
});
