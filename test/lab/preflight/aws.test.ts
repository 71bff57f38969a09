import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { account, findings, unchecked } from "./account.ts";
import { collisionCases } from "./cases/collisions.ts";
import { commandCases } from "./cases/command.ts";
import { credentialCases } from "./cases/credentials.ts";
import { imageCases } from "./cases/images.ts";
import { networkCases } from "./cases/network.ts";
import { quotaCases } from "./cases/quotas.ts";
import { unansweredCases } from "./cases/unanswered.ts";

const env = { ...process.env };

beforeAll(async () => {
  await account.open();
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: "me",
    AWS_SECRET_ACCESS_KEY: "me",
    AWS_EC2_METADATA_DISABLED: "true",
  });
  for (const name of ["AWS_PROFILE", "AWS_SESSION_TOKEN"]) delete process.env[name];
});
afterEach(async () => {
  await account.clean();
  for (const name of ["AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION"]) delete process.env[name];
});
afterAll(async () => {
  process.env = env;
  await account.close();
});

test("a clean account: nothing is found, nothing is left unchecked, nothing is written", async () => {
  const before = (await account.requests()).length;
  const seen = await account.look();
  expect(findings(seen)).toEqual([]);
  expect(unchecked(seen)).toEqual([]);
  expect(seen.checks.find(({ name }) => name === "quotas")?.looked).toContain("0 of 256 in use");
  const actions = (await account.requests()).slice(before).map(({ action }) => action);
  expect(actions.length).toBeGreaterThan(15);
  expect(actions.filter((action) => !/^(Describe|Get|List)/.test(action))).toEqual([]);
});

imageCases();
quotaCases();
networkCases();
credentialCases();
collisionCases();
unansweredCases();
commandCases();
