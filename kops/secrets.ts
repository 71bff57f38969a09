import { randomBytes } from "node:crypto";
import { stringify } from "yaml";
import type { Secret } from "./argv.ts";
import type { Manifest } from "./manifest.ts";

/** The secrets that a cluster's manifests ask for. */
export function requiredSecrets(manifests: readonly Manifest[]): Secret[] {
  const spec = objectAt(
    manifests.find(({ kind }) => kind === "Cluster"),
    "spec",
  );
  const cilium = objectAt(objectAt(spec, "networking"), "cilium");
  // kops takes IPsec where no type is named.
  const ipsec = cilium["enableEncryption"] === true && (cilium["encryptionType"] ?? "ipsec") === "ipsec";
  return [
    ...(spec["encryptionConfig"] === true ? (["encryptionconfig"] as const) : []),
    ...(ipsec ? (["ciliumpassword"] as const) : []),
  ];
}

/** New contents for a secret, in the form that kops documents (docs/secrets.md, docs/networking/cilium.md). */
export function newSecret(secret: Secret): string {
  if (secret === "ciliumpassword") return `3 rfc4106(gcm(aes)) ${randomBytes(20).toString("hex")} 128\n`;
  const key = { name: "key1", secret: randomBytes(32).toString("base64") };
  return stringify({
    kind: "EncryptionConfiguration",
    apiVersion: "apiserver.config.k8s.io/v1",
    resources: [{ resources: ["secrets"], providers: [{ aescbc: { keys: [key] } }, { identity: {} }] }],
  });
}

function objectAt(value: unknown, name: string): Record<string, unknown> {
  const inner = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>) : {};
}
