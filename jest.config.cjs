const { availableParallelism } = require("node:os");

/** Tests are transpiled only (types are checked by `tsc` before); `test/` mirrors the source. */
const transform = {
  "^.+\\.ts$": [
    "@swc/jest",
    { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
  ],
};

// Four lines about Node 20 in each worker's output say nothing about this project.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  transform,
  reporters: ["default", "<rootDir>/test/countReporter.cjs"],
  globalSetup: "<rootDir>/test/environment.ts",
  testTimeout: 60_000,
  // Jest takes one less than there are cores; the longest tests wait more than they work, so two fit on two (300 s, not 480).
  maxWorkers: Math.max(2, availableParallelism() - 1),
};
