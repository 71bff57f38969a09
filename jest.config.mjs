const shared = {
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "es6" } },
    ],
  },
};

/** Folders of test/lab that measure requests: nothing else may run beside them. */
const measuring = ["end-to-end", "nodes", "rehearsal"].map((folder) => `<rootDir>/test/lab/${folder}/`);

/**
 * Five suites: pure code; components against mocks; the report in a browser; the parts of the lab; and what is measured in the lab. `make test`
 * runs the first four side by side and then the last alone.
 */
export default {
  maxWorkers: 1,
  // A property test takes seconds where two suites share the processor; how long one takes is nothing that a test asserts.
  testTimeout: 60_000,
  projects: [
    { ...shared, displayName: "unit", testMatch: ["<rootDir>/test/unit/**/*.test.ts"] },
    { ...shared, displayName: "components", testMatch: ["<rootDir>/test/components/**/*.test.ts"] },
    { ...shared, displayName: "report", testMatch: ["<rootDir>/test/report/**/*.test.ts"] },
    {
      ...shared,
      displayName: "lab",
      testMatch: ["<rootDir>/test/lab/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", ...measuring],
    },
    { ...shared, displayName: "measured", testMatch: measuring.map((folder) => `${folder}**/*.test.ts`) },
  ],
};
