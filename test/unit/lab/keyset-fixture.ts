import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { createPrivateKey, webcrypto } from "node:crypto";
import { stringify } from "yaml";

const algorithm = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};

/** A self-signed key pair in the form in which kops keeps one in the state store: PKCS #1 PEM, in base64, in a keyset. */
export async function makeKeyset(commonName: string): Promise<string> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${commonName}`,
    keys,
    signingAlgorithm: algorithm,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  const pem = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" }).export({ type: "pkcs1", format: "pem" });
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const id = "7390000000000000000000000001";
  return stringify({
    apiVersion: "kops.k8s.io/v1alpha2",
    kind: "Keyset",
    metadata: { name: commonName },
    spec: {
      keys: [
        { id, privateMaterial: base64(pem.toString()), publicMaterial: base64(`${certificate.toString("pem")}\n`) },
      ],
      primaryID: id,
      type: "Keypair",
    },
  });
}
