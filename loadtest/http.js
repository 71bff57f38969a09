// Sends the load of a rehearsal and writes one line for each request:
//
//   ~<habit> <iteration> <due> <waited> <took> <status> <error code> <body> <pod | !error>
//
// habit      f (fresh), k (kept) or c (canary)
// iteration  number within the habit, from 0, without gaps
// due        when the request was due, in ms since the epoch
// waited     from when it was due to when it was sent, in ms
// took       from when it was sent to the end of the answer, in ms
// status     HTTP status, 0 without an answer
// error code of k6, 0 without an error
// body       1 when it is what was expected
//
// k6 writes them to its log (standard error with `--log-format raw`), which costs a small part of what `--out json`
// does. Settings are environment variables:
//
//   TARGET_URL, TIMEOUT (s), EXPECT_BODY (regular expression; absent: any body that is not empty), SUMMARY (a file)
//   RATE (requests a second over both habits) and DURATION (s): the open model
//   CONCURRENCY, and REQUESTS or DURATION (s): the closed model, as `ab -n REQUESTS -c CONCURRENCY`
//   CANARY_URL, CANARY_RATE, CANARY_DURATION (s): a target that has nothing to do with the cluster
import http from "k6/http";
import exec from "k6/execution";

const number = (name, fallback) => (__ENV[name] ? Number(__ENV[name]) : fallback);

const timeout = number("TIMEOUT", 5);
const expectBody = __ENV.EXPECT_BODY ? new RegExp(__ENV.EXPECT_BODY) : /./;
const podName = /^[a-z0-9][-a-z0-9.]{0,251}$/;

/**
 * k6 wants whole numbers: a rate in tenths of a request over ten seconds. `ticks` is how k6 itself rounds the time
 * between two iterations, so that due times stay exact over hours.
 */
function openModel(rate, duration, startTime) {
  const tenths = Math.max(1, Math.round(rate * 10));
  const worst = Math.ceil((tenths / 10) * (timeout + 1)) + 5;
  return {
    // As many VUs as requests can be waiting when nothing answers: otherwise k6 drops iterations and a stall stays
    // unseen. Starting a VU in the middle of a stall takes too long, so all exist from the start.
    scenario: {
      executor: "constant-arrival-rate",
      rate: tenths,
      timeUnit: "10s",
      duration: `${Math.ceil(duration)}s`,
      preAllocatedVUs: worst,
      maxVUs: worst,
      startTime: `${startTime}us`,
      gracefulStop: `${timeout + 2}s`,
    },
    periodMs: Math.floor(1e10 / tenths) / 1e6,
  };
}

function closedModel(vus, requests, duration) {
  const scenario =
    requests > 0
      ? { executor: "shared-iterations", vus: Math.min(vus, requests), iterations: requests, maxDuration: "24h" }
      : { executor: "constant-vus", vus, duration: `${Math.ceil(duration)}s` };
  return { scenario: { ...scenario, gracefulStop: `${timeout + 2}s` }, periodMs: 0 };
}

function plan() {
  const habits = {};
  const duration = number("DURATION", 60);
  const concurrency = number("CONCURRENCY", 0);
  if (concurrency > 0) {
    const requests = number("REQUESTS", 0);
    const half = Math.max(1, Math.floor(concurrency / 2));
    habits.fresh = closedModel(Math.max(1, concurrency - half), Math.ceil(requests / 2), duration);
    if (requests !== 1) habits.kept = closedModel(half, Math.floor(requests / 2), duration);
  } else {
    const rate = number("RATE", 200) / 2;
    habits.fresh = openModel(rate, duration, 0);
    // Half a period later, so that the requests of both habits are spread evenly.
    habits.kept = openModel(rate, duration, Math.round(habits.fresh.periodMs * 500));
  }
  if (__ENV.CANARY_URL) {
    habits.canary = openModel(number("CANARY_RATE", 20), number("CANARY_DURATION", duration), 0);
  }
  return habits;
}

const habits = plan();

export const options = {
  scenarios: Object.fromEntries(
    Object.entries(habits).map(([name, { scenario }]) => [name, { ...scenario, exec: name }]),
  ),
  // A sub-metric is kept only for a threshold; this one always holds.
  thresholds: Object.fromEntries(
    Object.keys(habits).flatMap((name) => [
      [`dropped_iterations{scenario:${name}}`, ["count>=0"]],
      [`iterations{scenario:${name}}`, ["count>=0"]],
    ]),
  ),
  systemTags: ["scenario"],
  dns: { ttl: "1s", select: "roundRobin" },
  setupTimeout: "10s",
  noCookiesReset: true,
  userAgent: "kops-upgrade-rehearsal",
};

/** `currentTestRunDuration` counts microseconds; Date only milliseconds. This is the difference between the two, per VU. */
let epoch = 0;

function request(letter, url, periodMs, params) {
  const from = exec.instance.currentTestRunDuration;
  if (epoch === 0) epoch = Date.now() + 0.5 - from;
  const iteration = exec.scenario.iterationInTest;
  const sent = epoch + from;
  const due = periodMs > 0 ? exec.scenario.startTime + 0.5 + iteration * periodMs : sent;
  const response = http.get(url, params);
  const took = exec.instance.currentTestRunDuration - from;
  // Below a millisecond the clocks cannot tell whether it was late.
  const waited = sent - due < 1 ? 0 : sent - due;
  const body = response.body || "";
  const named = response.headers["X-Pod-Name"] || (podName.test(body.trim()) ? body.trim() : "");
  const last = response.error_code && !response.status ? `!${response.error}` : named;
  console.log(
    `~${letter} ${iteration} ${due.toFixed(1)} ${waited.toFixed(1)} ${took.toFixed(3)} ${response.status} ` +
      `${response.error_code} ${expectBody.test(body) ? 1 : 0} ${last}`,
  );
}

const common = { timeout: `${timeout}s`, responseType: "text" };
const freshParams = { ...common, headers: { Connection: "close" } };

export function fresh() {
  request("f", __ENV.TARGET_URL, habits.fresh.periodMs, freshParams);
}

export function kept() {
  request("k", __ENV.TARGET_URL, habits.kept.periodMs, common);
}

export function canary() {
  request("c", __ENV.CANARY_URL, habits.canary.periodMs, common);
}

export function handleSummary(data) {
  const count = (metric, name) => data.metrics[`${metric}{scenario:${name}}`]?.values.count ?? 0;
  const summary = Object.keys(habits).map((name) => [
    name,
    { iterations: count("iterations", name), dropped: count("dropped_iterations", name) },
  ]);
  return __ENV.SUMMARY ? { [__ENV.SUMMARY]: JSON.stringify(Object.fromEntries(summary)) } : {};
}
