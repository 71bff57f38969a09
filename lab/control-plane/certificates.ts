// The library below finds its parts through it.
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { createPrivateKey, createPublicKey, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import type { KeyPair } from "./keyset.ts";

/** A certificate and its key, both PEM. */
export interface Credentials {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface CertificateRequest {
  readonly commonName: string;
  /** Kubernetes reads groups from it, e.g. `system:masters`. */
  readonly organization?: string;
  /** DNS names and IP addresses; a certificate with names is a server's, one without a client's. */
  readonly names?: readonly string[];
}

const keyAlgorithm = { name: "ECDSA", namedCurve: "P-256" };
const signingAlgorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const day = 24 * 60 * 60 * 1000;

/** kops writes RSA keys as PKCS #1, which the Web Crypto API does not read. */
async function importSigningKey(pem: string): Promise<webcrypto.CryptoKey> {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== "rsa") {
    throw new Error(`the cluster's CA has a key of type ${key.asymmetricKeyType ?? "unknown"}; kops makes RSA keys`);
  }
  const pkcs8 = key.export({ type: "pkcs8", format: "der" });
  return webcrypto.subtle.importKey("pkcs8", pkcs8, signingAlgorithm, false, ["sign"]);
}

/** Signs a certificate with the cluster's CA; it is valid for 30 days, from a day ago. */
export async function issueCertificate(ca: KeyPair, request: CertificateRequest): Promise<Credentials> {
  const keys = await webcrypto.subtle.generateKey(keyAlgorithm, true, ["sign", "verify"]);
  const names = request.names ?? [];
  const usage = names.length > 0 ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth;
  const subject: x509.JsonName = [{ CN: [request.commonName] }];
  if (request.organization !== undefined) subject.unshift({ O: [request.organization] });
  const certificate = await x509.X509CertificateGenerator.create({
    subject,
    issuer: new x509.X509Certificate(ca.certificate).subjectName.toJSON(),
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 30 * day),
    publicKey: keys.publicKey,
    signingKey: await importSigningKey(ca.privateKey),
    signingAlgorithm,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([usage]),
      ...(names.length > 0
        ? [
            new x509.SubjectAlternativeNameExtension(
              names.map((name) => ({ type: isIP(name) ? "ip" : "dns", value: name })),
            ),
          ]
        : []),
    ],
  });
  const privateKey = x509.PemConverter.encode(
    await webcrypto.subtle.exportKey("pkcs8", keys.privateKey),
    "PRIVATE KEY",
  );
  return { certificate: `${certificate.toString("pem")}\n`, privateKey: `${privateKey}\n` };
}

/** The public half of a private key, as the API server wants it to check service-account tokens. */
export function publicKeyOf(privateKey: string): string {
  return createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
}
