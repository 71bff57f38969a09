import type { Surroundings } from "../../../settings/parse.ts";

/** The least that a stack must say. */
export const required = {
  clusterName: "mirror.k8s.example.com",
  kubernetesVersion: "1.34.3",
  targetVersion: "1.35.0",
  stateStore: "example-store",
  controlPlane: { size: "m5.large", zones: ["us-east-1a"] },
  nodes: { size: "m5.xlarge", zones: ["us-east-1a", "us-east-1b"] },
  adminAccess: ["203.0.113.0/24"],
  dns: { mode: "private", zone: "k8s.example.com" },
  production: { clusterName: "prod.example.com", nodes: 50, networkCidrs: ["10.0.0.0/16"] },
};

export const surroundings: Surroundings = {
  stack: "test",
  region: "us-east-1",
  projectDir: "/project",
  homeDir: "/home/me",
  variables: {},
  readFile: () => undefined,
};
