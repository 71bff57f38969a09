// The requests of http.js and nothing else: what keeping every request is compared with.
import http from "k6/http";

export { options } from "./http.js";

const targetUrl = __ENV.TARGET_URL;
const canaryUrl = __ENV.CANARY_URL;
const common = { timeout: `${__ENV.TIMEOUT}s`, responseType: "text" };
const freshParams = { ...common, headers: { Connection: "close" } };

/** As many in an iteration as http.js sends there. */
function requests(url, params) {
  const until = Date.now() + 20;
  do http.get(url, params);
  while (Date.now() < until);
}

export function fresh() {
  requests(targetUrl, freshParams);
}

export function kept() {
  requests(targetUrl, common);
}

export function canary() {
  http.get(canaryUrl, common);
}
