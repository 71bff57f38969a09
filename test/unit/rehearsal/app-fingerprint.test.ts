import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { appFingerprint } from "../../../rehearsal/app-fingerprint.ts";
import { settingShapes } from "../../../settings/schema.ts";

const app = (given: object): ReturnType<typeof settingShapes.app.parse> => settingShapes.app.parse(given);
const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "shop" }, spec: { replicas: 1 } };

test("another app has another fingerprint, whether by its settings, its manifests or the fixtures", () => {
  const prints = [
    appFingerprint(app({}), [], []),
    appFingerprint(app({ replicas: 2 }), [], []),
    appFingerprint(app({ manifests: ["shop.yaml"], service: "a/b" }), [deployment], []),
    appFingerprint(app({ manifests: ["shop.yaml"], service: "a/b" }), [{ ...deployment, spec: { replicas: 2 } }], []),
    appFingerprint(app({}), [], [deployment]),
    appFingerprint(app({ chart: { chart: "shop", version: "1.0.0" }, service: "a/b" }), [], []),
    appFingerprint(app({ chart: { chart: "shop", version: "1.0.1" }, service: "a/b" }), [], []),
  ];
  expect(new Set(prints).size).toBe(prints.length);
});

test("the same app has the same one: in another checkout, and with a password that the chart makes up each time", () => {
  const at = (dir: string): string =>
    appFingerprint(app({ manifests: [`${dir}/shop.yaml`], service: "a/b" }), [deployment], []);
  expect(at("/one")).toBe(at("/two"));
  const local = (chart: string): string => appFingerprint(app({ chart: { chart }, service: "a/b" }), [], []);
  expect(local(join(process.cwd(), "charts/shop"))).toBe(local("charts/shop"));
  const rendered = (password: string): string => {
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "shop" }, stringData: { password } };
    return appFingerprint(app({ chart: { chart: "shop", version: "1.0.0" }, service: "a/b" }), [secret], []);
  };
  expect(rendered("one")).toBe(rendered("two"));
});
