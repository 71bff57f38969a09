// The requests of http.js and nothing else: what keeping every request is compared with.
import http from "k6/http";

export { options } from "./http.js";

const common = { timeout: `${__ENV.TIMEOUT}s`, responseType: "text" };

export function fresh() {
  http.get(__ENV.TARGET_URL, { ...common, headers: { Connection: "close" } });
}

export function kept() {
  http.get(__ENV.TARGET_URL, common);
}

export function canary() {
  http.get(__ENV.CANARY_URL, common);
}
