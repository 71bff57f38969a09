import { expect, test } from "@jest/globals";
import { awsConfigFile, awsEnvironment } from "../../../lab/aws/env.ts";

const input = { endpoint: "http://127.0.0.1:1", assetsUrl: "http://127.0.0.1:2", configFile: "/lab/config" };

test("everything that names an address names the lab", () => {
  const addresses = Object.entries(awsEnvironment(input)).filter(([, value]) => value.includes("://"));
  expect(Object.fromEntries(addresses)).toEqual({
    AWS_ENDPOINT_URL: input.endpoint,
    AWS_ENDPOINT_URL_S3: input.endpoint,
    S3_ENDPOINT: input.endpoint,
    KOPS_BASE_URL: `${input.assetsUrl}/kops`,
  });
});

test("no credentials, profile or token of the user's are left in force", () => {
  const env = awsEnvironment(input);
  expect(env).toMatchObject({
    AWS_CONFIG_FILE: "/lab/config",
    AWS_SHARED_CREDENTIALS_FILE: "/lab/config",
    AWS_SESSION_TOKEN: "",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false",
  });
  for (const [name, value] of Object.entries(env).filter(([name]) => /ACCESS_KEY/.test(name))) {
    expect([name, value]).toEqual([name, env["AWS_ACCESS_KEY_ID"]]);
    expect(awsConfigFile).toContain(value);
  }
});

test.each([
  [undefined, "127.0.0.1,localhost"],
  ["", "127.0.0.1,localhost"],
  ["example.com", "example.com,127.0.0.1,localhost"],
])("a proxy is not asked for the lab: NO_PROXY %s becomes %s", (noProxy, expected) => {
  expect(awsEnvironment({ ...input, noProxy })["NO_PROXY"]).toBe(expected);
});
