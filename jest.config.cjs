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
};
