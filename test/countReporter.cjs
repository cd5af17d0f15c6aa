const fs = require("node:fs");
const path = require("node:path");

/** Writes the true counts of a run to `.test-results.json`, for the closing line of `.ci/run`. */
module.exports = class CountReporter {
  onRunComplete(_contexts, results) {
    const counts = {
      passed: results.numPassedTests,
      // A suite that could not even start has no failed test of its own; it counts as one failure.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    fs.writeFileSync(path.join(__dirname, "..", ".test-results.json"), JSON.stringify(counts));
  }
};
