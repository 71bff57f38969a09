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

/** Tests of test/lab that assert how little was felt: nothing else may run beside them. */
const alone = ["end-to-end/rehearsal", "nodes/nodes", "rehearsal/load"].map(
  (file) => `<rootDir>/test/lab/${file}.test.ts`,
);
/** Tests that make a cluster in a lab of their own, roll it, and can bear a neighbour. */
const rolls = ["end-to-end", "resume"].map((folder) => `<rootDir>/test/lab/${folder}/`);

/**
 * Six suites: pure code; components against mocks; the report in a browser; the parts of the lab; whole rehearsals that
 * bear a neighbour; and what is measured alone. `make test` runs the first four side by side, then the fifth two at a
 * time, then the last.
 */
export default {
  maxWorkers: 1,
  // Ten seconds of a property test are minutes where other suites have the processor; how long one takes is nothing that a
  // test asserts.
  testTimeout: 600_000,
  testSequencer: "<rootDir>/test/longest-first.mjs",
  projects: [
    {
      ...shared,
      displayName: "unit",
      testMatch: ["<rootDir>/test/unit/**/*.test.ts"],
      setupFiles: ["<rootDir>/test/unit/seed.ts"],
    },
    { ...shared, displayName: "components", testMatch: ["<rootDir>/test/components/**/*.test.ts"] },
    { ...shared, displayName: "report", testMatch: ["<rootDir>/test/report/**/*.test.ts"] },
    {
      ...shared,
      displayName: "lab",
      testMatch: ["<rootDir>/test/lab/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", ...rolls, ...alone],
    },
    {
      ...shared,
      displayName: "rolls",
      testMatch: rolls.map((folder) => `${folder}**/*.test.ts`),
      testPathIgnorePatterns: ["/node_modules/", ...alone],
    },
    { ...shared, displayName: "measured", testMatch: alone },
  ],
};
