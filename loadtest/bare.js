// The requests of http.js and nothing else: what keeping every request is compared with.
import http from "k6/http";

export { options } from "./http.js";

const targetUrl = __ENV.TARGET_URL;
const canaryUrl = __ENV.CANARY_URL;
const common = { timeout: `${__ENV.TIMEOUT}s`, responseType: "text" };
const freshParams = { ...common, headers: { Connection: "close" } };

export function fresh() {
  http.get(targetUrl, freshParams);
}

export function kept() {
  http.get(targetUrl, common);
}

export function canary() {
  http.get(canaryUrl, common);
}
