import type { PolicyParameters } from "../../../iam/parameters.ts";

/** A stack for whose policies nothing is left out. */
export const parameters: PolicyParameters = {
  account: "123456789012",
  region: "us-east-1",
  clusterName: "mirror.rehearsal.example.com",
  bucket: "example-rehearsal-state-store",
  dns: { mode: "new", zone: "rehearsal.example.com", parentZone: "example.com" },
  apiLoadBalancer: true,
  permissionsBoundary: "arn:aws:iam::123456789012:policy/kops-rehearsal-boundary",
  pulumi: {
    backend: "s3://example-pulumi-state/rehearsals",
    kmsKey: "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-0000-0000-000000000000",
  },
  discoveryStore: "s3://example-rehearsal-keys/mirror",
  production: "s3://example-prod-state-store/clusters/prod.k8s.example.com",
};
