import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportLines, labEnv, labPath } from "../../../lab/env.ts";
import { readLocalCluster } from "../../../lab/local-stack.ts";

const input = {
  dir: "/lab",
  binDir: "/tools",
  officialPlugins: false,
  apiServer: "https://127.0.0.1:20443",
  aws: { AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
  stateStore: "s3://store",
  clusterName: "mirror.example.com",
};

describe("the environment of a lab", () => {
  test("points every tool into the lab", () => {
    expect(labEnv(input)).toEqual({
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
      PULUMI_HOME: "/lab/pulumi-home",
      PULUMI_BACKEND_URL: "file:///lab/pulumi-state",
      PULUMI_CONFIG_PASSPHRASE: "lab",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
      KUBECONFIG: "/lab/kubeconfig",
      REHEARSAL_API_SERVER: "https://127.0.0.1:20443",
      KOPS_STATE_STORE: "s3://store",
      KOPS_CLUSTER_NAME: "mirror.example.com",
      LAB_DIR: "/lab",
    });
    expect(labPath(input)).toEqual(["/tools", expect.stringMatching(/lab\/plugins\/bin$/)]);
  });

  test("leaves Pulumi its official plugins where there are any", () => {
    const official = { ...input, officialPlugins: true };
    expect(labEnv(official)).not.toHaveProperty("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION");
    expect(labPath(official)).toEqual(["/tools"]);
  });

  test("survives a shell whatever its values hold", () => {
    const value = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0"));
    fc.assert(
      fc.property(value, (text) => {
        const script = `${exportLines({ VALUE: text }, ["/first", "/it's"])}printf '%s|%s|%s' "$VALUE" "$PATH" "\${AWS_PROFILE-none}"`;
        const env = { PATH: "/bin:/usr/bin", AWS_PROFILE: "mine" };
        expect(execFileSync("/bin/sh", ["-c", script], { env, encoding: "utf8" })).toBe(
          `${text}|/first:/it's:/bin:/usr/bin|none`,
        );
      }),
      { numRuns: 30 },
    );
  });
});

describe("the cluster of stack local", () => {
  test("is read from the stack's settings, else has its defaults", () => {
    const dir = mkdtempSync(join(tmpdir(), "lab-stack-"));
    try {
      const file = join(dir, "Pulumi.local.yaml");
      const defaults = { clusterName: "mirror.k8s.example.com", stateStore: "s3://rehearsal-local-state-store" };
      expect(readLocalCluster(file)).toEqual(defaults);
      writeFileSync(file, "config:\n  rehearsal:clusterName: a.example.com\n  rehearsal:stateStore: my-store\n");
      expect(readLocalCluster(file)).toEqual({ clusterName: "a.example.com", stateStore: "s3://my-store" });
      writeFileSync(file, "");
      expect(readLocalCluster(file)).toEqual(defaults);
      writeFileSync(file, "config:\n  a: b: c\n");
      expect(() => readLocalCluster(file)).toThrow(`${file} is no YAML: Nested mappings`);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
