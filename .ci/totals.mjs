// Prints `N passed, N failed` from jest's JSON results, its exit status and the number of other steps that failed.
// usage: node .ci/totals.mjs <status of the tests> <failed steps> <results.json>...
import { readFileSync } from "node:fs";

const [, , testStatus, failedSteps, ...files] = process.argv;
let passed = 0;
let failedTests = 0;
for (const file of files) {
  try {
    const results = JSON.parse(readFileSync(file, "utf8"));
    passed += results.numPassedTests;
    // A file that could not even be loaded has no failed tests, but did fail.
    failedTests += results.numFailedTests + results.numRuntimeErrorTestSuites;
    if (results.numTotalTests === 0) failedTests += 1;
  } catch (error) {
    console.error(`No test results in ${file}: ${error.message}`);
    failedTests += 1;
  }
}
// Every test passed, and yet the run failed: that must show.
if (failedTests === 0 && testStatus !== "0") failedTests = 1;
const failed = failedTests + Number(failedSteps);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
