import { describe, expect, test } from "@jest/globals";
import { account, findings } from "../account.ts";

export const credentialCases = (): void =>
  describe("credentials", () => {
    test("that expire before the rehearsal can be over", async () => {
      const soon = new Date(Date.now() + 20 * 60_000).toISOString();
      Object.assign(process.env, { AWS_SESSION_TOKEN: "token", AWS_CREDENTIAL_EXPIRATION: soon });
      expect(findings(await account.look())).toEqual([
        ["credentials", "error", expect.stringMatching(/expire in \d+ min, .* 60 min/)],
      ]);
      const later = new Date(Date.now() + 120 * 60_000).toISOString();
      process.env["AWS_CREDENTIAL_EXPIRATION"] = later;
      expect(findings(await account.look())).toEqual([]);
    });

    test("that are temporary, and nobody says until when", async () => {
      process.env["AWS_SESSION_TOKEN"] = "token";
      expect(findings(await account.look())).toEqual([
        ["credentials", "warning", expect.stringContaining("nobody says when")],
      ]);
    });
  });
