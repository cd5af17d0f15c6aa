/** Tests are transpiled only (types are checked by `tsc` before); `test/` mirrors the source. */
const transform = {
  "^.+\\.ts$": [
    "@swc/jest",
    { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
  ],
};

module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  transform,
  reporters: ["default", "<rootDir>/test/countReporter.cjs"],
  globalSetup: "<rootDir>/test/environment.ts",
  testTimeout: 60_000,
};
