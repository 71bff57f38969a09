// Sends the load of a rehearsal and writes one line for each request, and `~end` when all are done:
//
//   ~<habit> <number> <due> <waited> <took> <status> <error code> <body> <pod | !error>
//
// habit      f (fresh), k (kept) or c (canary)
// number     of the line within the habit and this k6 process, from 0, without gaps; `20-24` counts for five
// due        when the request was due, in µs since the epoch
// waited     from when it was due to when it was sent, in µs
// took       from when it was sent to the end of the answer, in µs
// status     HTTP status, 0 without an answer
// error code of k6, 0 without an error
// body       1 when it is what was expected
//
// In the closed model, each VU's next request is due when the last one has ended. Those that a VU sent within 20 ms share
// a line, as what k6 does for a line costs a good part of what a request does: after a tab follows
//
//   <took>                                               when all else is as with the request before
//   <took> <status> <error code> <body> <pod | !error>   else
//
// k6 writes them to its log (standard error with `--log-format raw`), which costs a small part of what `--out json`
// does. It needs no summary and no thresholds: for those, k6 would keep every duration in memory until the end.
// Settings are environment variables:
//
//   TARGET_URL, TIMEOUT (s), EXPECT_BODY (regular expression; absent: any body that is not empty)
//   RATE (requests a second over both habits) and DURATION (s): the open model
//   CONCURRENCY, and REQUESTS or DURATION (s): the closed model, as `ab -n REQUESTS -c CONCURRENCY`
//   CANARY_URL, CANARY_RATE, CANARY_DURATION (s): a target that has nothing to do with the cluster
//   RUNNERS: how many k6 processes share the load by `--execution-segment`, in equal parts; all figures are the whole's
import http from "k6/http";
import exec from "k6/execution";

const number = (name, fallback) => (__ENV[name] ? Number(__ENV[name]) : fallback);

const timeout = number("TIMEOUT", 5);
const runners = number("RUNNERS", 1);
const anyBody = /./;
const expectedBody = __ENV.EXPECT_BODY ? new RegExp(__ENV.EXPECT_BODY) : anyBody;
const podName = /^[a-z0-9][-a-z0-9.]{0,251}$/;

/**
 * k6 wants whole numbers: a rate in tenths of a request over ten seconds. `ticks` is how k6 itself rounds the time
 * between two iterations, so that due times stay exact over hours.
 */
function openModel(rate, duration, startTime) {
  const tenths = Math.max(1, Math.round(rate * 10));
  const worst = Math.ceil((tenths / 10) * (timeout + 1)) + 5;
  // k6 shares the iterations out like the VUs: in equal parts only if these can be.
  const vus = Math.ceil(worst / runners) * runners;
  return {
    // As many VUs as requests can be waiting when nothing answers: otherwise k6 drops iterations and a stall stays
    // unseen. Starting a VU in the middle of a stall takes too long, so all exist from the start.
    scenario: {
      executor: "constant-arrival-rate",
      rate: tenths,
      timeUnit: "10s",
      duration: `${Math.ceil(duration)}s`,
      preAllocatedVUs: vus,
      maxVUs: vus,
      startTime: `${startTime}us`,
      gracefulStop: `${timeout + 2}s`,
    },
    periodMs: Math.floor(1e10 / tenths) / 1e6,
  };
}

/** For how long a line waits for further requests of the closed model, in ms; a slow one keeps it for longer. */
const lineMs = 20;

/**
 * k6's work around an iteration costs a good part of what a request does: an iteration is several requests. A number of
 * requests is met exactly: each iteration sends `share` of them, the last one what is left. With a duration it sends what
 * it can until its line is full.
 */
function closedModel(vus, requests, duration) {
  const gracefulStop = `${timeout + 2}s`;
  if (requests === 0)
    return {
      scenario: { executor: "constant-vus", vus, duration: `${Math.ceil(duration)}s`, gracefulStop },
      periodMs: 0,
      share: 0,
    };
  // Ten iterations or more for each VU, so that none is idle for long while others end.
  const share = Math.max(1, Math.min(10, Math.floor(requests / vus / 10)));
  const iterations = Math.ceil(requests / share);
  return {
    scenario: {
      executor: "shared-iterations",
      vus: Math.min(vus, iterations),
      iterations,
      maxDuration: "24h",
      gracefulStop,
    },
    periodMs: 0,
    share,
    rest: requests - share * (iterations - 1),
    last: iterations - 1,
  };
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
  systemTags: ["scenario"],
  dns: { ttl: "1s", select: "roundRobin" },
  noCookiesReset: true,
  userAgent: "kops-upgrade-rehearsal",
};

/** `currentTestRunDuration` counts microseconds; Date only milliseconds. This is the difference between the two, per VU. */
let epoch = 0;

// k6 makes these anew for whoever asks, which costs as much as the rest; what they say is always that of the moment.
let instance;
let scenario;

/** What the last body was found to be; most are like the one before. */
let known;
let knownTo;
let asExpected = 0;
let named = "";

function look(body, expected) {
  known = body;
  knownTo = expected;
  asExpected = expected.test(body) ? 1 : 0;
  const word = body.trim();
  named = podName.test(word) ? word : "";
}

/**
 * The body of the last answer, where the next one is taken to be like it if it has no error and the same body: k6 takes a
 * microsecond for each field of an answer. Undefined where that would not do, as when a header named the pod.
 */
let plain;

/** What came of a request, as it stands in a line. */
function outcomeOf(response, expected) {
  const { error_code: code, status } = response;
  const body = response.body || "";
  if (body !== known || expected !== knownTo) look(body, expected);
  const name = code && !status ? `!${response.error.replace(/\s/g, " ")}` : response.headers["X-Pod-Name"];
  plain = code === 0 && body !== "" && !name ? body : undefined;
  // The words of an error are no pod's name.
  return ` ${status} ${code} ${asExpected} ${name || (code === 0 ? named : "")}`;
}

function begin() {
  instance = instance || exec.instance;
  scenario = scenario || exec.scenario;
  const from = instance.currentTestRunDuration;
  if (epoch === 0) epoch = Date.now() + 0.5 - from;
  return from;
}

/** The open model: one request, which was due at a time of its own. */
function request(letter, url, expected, params, periodMs) {
  const from = begin();
  // k6 counts the iterations over all processes as if there were one: that is when each is due.
  const due = scenario.startTime + 0.5 + scenario.iterationInTest * periodMs;
  // Below a millisecond the clocks cannot tell whether it was late.
  const waited = epoch + from - due < 1 ? 0 : epoch + from - due;
  const response = http.get(url, params);
  const took = Math.round((instance.currentTestRunDuration - from) * 1000);
  console.log(
    `~${letter} ${scenario.iterationInInstance} ${Math.round(due * 1000)} ${Math.round(waited * 1000)} ${took}${outcomeOf(response, expected)}`,
  );
}

/** The closed model: one request after another, until the line is full or, where the number is fixed, all are sent. */
function requests(letter, url, expected, params, { share, rest, last }) {
  let from = begin();
  const iteration = scenario.iterationInInstance;
  const count = share === 0 ? Infinity : scenario.iterationInTest === last ? rest : share;
  let sent = 0;
  do {
    const first = sent;
    const until = from + lineMs;
    let line = ` ${Math.round((epoch + from) * 1000)} 0 `;
    let before = "";
    let like;
    // Whatever is in this loop is done for every request: k6 takes a good part of a microsecond for each call.
    do {
      const response = http.get(url, params);
      const ended = instance.currentTestRunDuration;
      // In whole microseconds, as k6 takes long to write others, and to call `Math.round`.
      line += ((ended - from) * 1000 + 0.5) | 0;
      if (response.body !== like || response.error_code !== 0) {
        const outcome = outcomeOf(response, expected);
        if (outcome !== before) line += before = outcome;
        like = plain;
      }
      line += "\t";
      from = ended;
      sent++;
    } while (from < until && sent < count);
    const number = share === 0 ? iteration : `${iteration * share + first}-${iteration * share + sent - 1}`;
    console.log(`~${letter} ${number}${line.slice(0, -1)}`);
  } while (share > 0 && sent < count);
}

const common = { timeout: `${timeout}s`, responseType: "text" };
const freshParams = { ...common, headers: { Connection: "close" } };
const targetUrl = __ENV.TARGET_URL;
const canaryUrl = __ENV.CANARY_URL;

function iterate(letter, url, expected, params, habit) {
  if (habit.periodMs > 0) request(letter, url, expected, params, habit.periodMs);
  else requests(letter, url, expected, params, habit);
}

export function fresh() {
  iterate("f", targetUrl, expectedBody, freshParams, habits.fresh);
}

export function kept() {
  iterate("k", targetUrl, expectedBody, common, habits.kept);
}

export function canary() {
  iterate("c", canaryUrl, anyBody, common, habits.canary);
}

/** Runs when all iterations have ended, also when k6 was told to end early. */
export function teardown() {
  console.log("~end");
}
