/** How the rest of the project, and tests, start a lab and talk to it. */
export { connectLab, NoLabError, type Lab } from "./connect.ts";
export { startLab, type StartLabOptions } from "./start.ts";
export type { LabOptions } from "./config.ts";
export type { LabStatus } from "./status.ts";
