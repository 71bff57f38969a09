import { parse } from "yaml";
import { z } from "zod";

/** How kops keeps a key pair in the state store (`pki/private/NAME/keyset.yaml`): base64 of PEM. */
const keysetSchema = z.object({
  kind: z.literal("Keyset"),
  spec: z.object({
    primaryID: z.string().optional(),
    keys: z
      .array(
        z.object({ id: z.string(), privateMaterial: z.string().optional(), publicMaterial: z.string().optional() }),
      )
      .min(1),
  }),
});

/** A certificate authority or signing key as the control plane uses it. */
export interface KeyPair {
  /** PEM of the private key that signs. */
  readonly privateKey: string;
  /** PEM of its certificate. */
  readonly certificate: string;
  /** PEM of all certificates that are trusted: more than one while a key is being rotated. */
  readonly trusted: string;
}

/**
 * Reads a kops keyset. `where` names it in errors.
 * Throws when it is not a keyset, or its primary key has no private material.
 */
export function parseKeyset(text: string, where: string): KeyPair {
  const read = keysetSchema.safeParse(parse(text));
  if (!read.success) {
    throw new Error(`${where} is not a kops keyset: ${z.prettifyError(read.error)}`, { cause: read.error });
  }
  const { keys, primaryID } = read.data.spec;
  const primary = keys.find((key) => key.id === primaryID) ?? keys.at(-1);
  if (!primary?.privateMaterial || !primary.publicMaterial) {
    throw new Error(`${where} holds no private key and certificate for its primary key ${primary?.id ?? ""}`);
  }
  const decode = (base64: string): string => Buffer.from(base64, "base64").toString("utf8").trim() + "\n";
  return {
    privateKey: decode(primary.privateMaterial),
    certificate: decode(primary.publicMaterial),
    trusted: keys.map((key) => (key.publicMaterial ? decode(key.publicMaterial) : "")).join(""),
  };
}
