import { describe, expect, test } from "@jest/globals";
import { generatorsClash } from "../../../preflight/generators.ts";
import { loadManifests, loadName, runnerOf } from "../../../rehearsal/load/operator/manifests.ts";
import { loadEnvironment, periodMs } from "../../../rehearsal/load/plan.ts";
import { parseSettings } from "../../../settings/parse.ts";
import { SettingsError } from "../../../settings/problems.ts";
import { settingShapes } from "../../../settings/schema.ts";
import { pins } from "../../../tools/versions.ts";
import { configOf } from "../rehearsal/config.fixture.ts";
import { required, surroundings } from "../settings/example.ts";

const generators = {
  kubeconfig: "load.kubeconfig",
  namespace: "k6",
  parallelism: 4,
  separate: true,
  image: "grafana/k6:1.8.1",
};

test("the operator gets the script, its settings for the whole, and k6's options", () => {
  const config = configOf({
    targetUrl: "http://lb/x",
    load: { ...configOf().load, generators, expectBody: "^a$(?!b)" },
  });
  const environment = loadEnvironment(config, "baseline", "http://127.0.0.1:6565/v1/status");
  const { configMap, testRun } = loadManifests(config.clusterName, generators, "the script", environment);
  expect(configMap).toMatchObject({ metadata: testRun.metadata, data: { "http.js": "the script" } });
  expect(testRun.metadata).toMatchObject({ name: loadName(config.clusterName), namespace: "k6" });
  expect(testRun.spec).toMatchObject({
    parallelism: 4,
    separate: true,
    arguments: "--no-usage-report --no-color --log-format raw --summary-mode=disabled --no-thresholds",
    script: { configMap: { name: testRun.metadata.name, file: "http.js" } },
  });
  const env = Object.fromEntries(testRun.spec.runner.env.map(({ name, value }) => [name, value]));
  // Each pod has a canary of its own, at the same rate as a single k6.
  expect(env).toMatchObject({ TARGET_URL: "http://lb/x", RATE: "100", RUNNERS: "4", CANARY_RATE: "80" });
  // Kubernetes makes `$(` of it again, and takes it for no variable.
  expect(env["EXPECT_BODY"]).toBe("^a$$(?!b)");
});

test("one machine sends all by itself", () => {
  const environment = loadEnvironment(configOf(), "baseline", "http://127.0.0.1:1/");
  expect(environment).toMatchObject({ RUNNERS: "1", CANARY_RATE: "20" });
});

test("each of several processes sends every so-manieth request of a habit", () => {
  expect(periodMs("fresh", 200, 1)).toBe(10);
  expect(periodMs("fresh", 200, 4)).toBe(40);
  expect(periodMs("canary", 200, 1)).toBe(50);
  expect(periodMs("canary", 200, 4)).toBe(50);
});

test("a pod is known by its Job", () => {
  expect(runnerOf("load", { "job-name": "load-1" })).toBe(0);
  expect(runnerOf("load", { "batch.kubernetes.io/job-name": "load-12" })).toBe(11);
  for (const job of ["load-initializer", "load-0", "load-1-2", "other-1", "load"])
    expect(runnerOf("load", { "job-name": job })).toBeUndefined();
  expect(runnerOf("load", undefined)).toBeUndefined();
});

describe("neither the mirror nor production", () => {
  const tested = { mirror: "mirror.example.com", production: "prod.example.com" };
  test.each([
    ["prod.example.com", "https://10.0.0.1", /is production/],
    ["x", "https://api.PROD.example.com.", /is production/],
    ["x", "https://api.internal.prod.example.com:443", /is production/],
    ["Mirror.example.com", "https://127.0.0.1:1", /is the mirror/],
    ["x", "https://api.mirror.example.com", /is the mirror/],
  ])("%s at %s", (name, server, why) => {
    expect(generatorsClash({ name, server }, tested)).toMatch(why);
  });

  test("another cluster may be used", () => {
    const load = { name: "load", server: "https://api.load.example.com" };
    expect(generatorsClash(load, tested)).toBeUndefined();
    expect(generatorsClash(load, { ...tested, production: undefined })).toBeUndefined();
  });
});

describe("the settings", () => {
  const kubeconfig = (server: string, context = "load"): string =>
    [
      `clusters: [{ name: load, cluster: { server: "${server}" } }]`,
      `contexts: [{ name: ${context}, context: { cluster: load, user: me } }]`,
      `current-context: ${context}`,
    ].join("\n");
  const files: Record<string, string> = {
    "/project/load.yaml": kubeconfig("https://load.example.com"),
    "/project/prod.yaml": kubeconfig("https://10.1.1.1"),
    "/project/named.yaml": kubeconfig("https://api.prod.example.com"),
    "/project/plain.yaml": kubeconfig("http://load.example.com"),
    "/project/text.yaml": "a: [",
  };
  const env = { ...surroundings, readFile: (file: string) => files[file] };
  const settings = (given: object, production = {}) =>
    parseSettings(
      { ...required, production: { ...required.production, ...production }, load: { generators: given } },
      env,
    );
  const problems = (given: object, production = {}): string => {
    try {
      settings(given, production);
    } catch (error) {
      if (error instanceof SettingsError) return error.message;
      throw error;
    }
    return "";
  };

  test("have defaults, among them the k6 that is installed here", () => {
    expect(settings({ kubeconfig: "load.yaml" }).load.generators).toEqual({
      kubeconfig: "load.yaml",
      namespace: "default",
      parallelism: 2,
      separate: true,
      image: `grafana/k6:${pins.find(({ name }) => name === "k6")?.version}`,
    });
    expect(settingShapes.load.parse(undefined).generators).toBeUndefined();
  });

  test.each([
    [{ kubeconfig: "none.yaml" }, /kubeconfig.*cannot be read/],
    [{ kubeconfig: "text.yaml" }, /is no kubeconfig whose current context names a cluster/],
    [{ kubeconfig: "load.yaml", context: "other" }, /is no kubeconfig in which context other names a cluster/],
    [{ kubeconfig: "plain.yaml" }, /no https URL/],
    [{ kubeconfig: "named.yaml" }, /names a cluster that is production \(prod\.example\.com\)/],
    [{ kubeconfig: "load.yaml", parallelism: 0 }, /parallelism/],
  ])("%j", (given, what) => {
    expect(problems(given)).toMatch(what);
  });

  test("production is also known by the address in its own kubeconfig", () => {
    expect(problems({ kubeconfig: "prod.yaml" })).toBe("");
    expect(problems({ kubeconfig: "prod.yaml" }, { kubeconfig: "prod.yaml" })).toMatch(
      /names a cluster that is production/,
    );
  });

  test("what bodies must match is a regular expression", () => {
    expect(() => parseSettings({ ...required, load: { expectBody: "(" } }, env)).toThrow(/is not a regular expression/);
    expect(parseSettings({ ...required, load: { expectBody: "^web-" } }, env).load.expectBody).toBe("^web-");
  });
});
