const base = require("./jest.config.cjs");

/** `npm run test:e2e`: the whole platform on a real cluster, with the real engine and chart; see docs/e2e.md. */
module.exports = {
  ...base,
  testMatch: ["**/*.e2e.ts"],
  testTimeout: 600_000,
  // Each test goes on from the one before.
  maxWorkers: 1,
  bail: true,
};
