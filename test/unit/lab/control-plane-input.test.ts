import { describe, expect, test } from "@jest/globals";
import { X509Certificate } from "node:crypto";
import { stringify } from "yaml";
import { issueCertificate, publicKeyOf } from "../../../lab/control-plane/certificates.ts";
import { parseCluster } from "../../../lab/control-plane/cluster-spec.ts";
import { parseKeyset } from "../../../lab/control-plane/keyset.ts";
import { makeKeyset } from "./keyset-fixture.ts";

describe("a kops keyset", () => {
  test("gives the primary key and trusts all certificates", () => {
    const base64 = (text: string): string => Buffer.from(text).toString("base64");
    const key = (id: string): object => ({
      id,
      privateMaterial: base64(`key ${id}`),
      publicMaterial: base64(`cert ${id}`),
    });
    const keyset = stringify({ kind: "Keyset", spec: { primaryID: "2", keys: [key("1"), key("2"), key("3")] } });
    expect(parseKeyset(keyset, "ca")).toEqual({
      privateKey: "key 2\n",
      certificate: "cert 2\n",
      trusted: "cert 1\ncert 2\ncert 3\n",
    });
  });

  test("without a private key is refused by name", () => {
    const keyset = stringify({ kind: "Keyset", spec: { primaryID: "1", keys: [{ id: "1", publicMaterial: "eA==" }] } });
    expect(() => parseKeyset(keyset, "the kubernetes-ca keyset")).toThrow(
      "the kubernetes-ca keyset holds no private key and certificate for its primary key 1",
    );
    expect(() => parseKeyset("kind: Cluster", "x")).toThrow(/x is not a kops keyset: [^]*spec/);
  });
});

describe("a certificate", () => {
  test("is signed by the cluster's CA and has the names asked for", async () => {
    const ca = parseKeyset(await makeKeyset("kubernetes-ca"), "ca");
    const issued = await issueCertificate(ca, {
      commonName: "kube-apiserver",
      names: ["api.a.example.com", "127.0.0.1"],
    });
    const certificate = new X509Certificate(issued.certificate);
    expect(certificate.verify(new X509Certificate(ca.certificate).publicKey)).toBe(true);
    expect(certificate.checkIssued(new X509Certificate(ca.certificate))).toBe(true);
    expect(certificate.checkHost("api.a.example.com")).toBe("api.a.example.com");
    expect(certificate.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(certificate.checkHost("elsewhere.example.com")).toBeUndefined();
    expect(certificate.publicKey.export({ type: "spki", format: "pem" })).toBe(publicKeyOf(issued.privateKey));
  });

  test("of a client carries its group", async () => {
    const ca = parseKeyset(await makeKeyset("kubernetes-ca"), "ca");
    const { certificate } = await issueCertificate(ca, { commonName: "lab", organization: "system:masters" });
    expect(new X509Certificate(certificate).subject.split("\n")).toEqual(["O=system:masters", "CN=lab"]);
  });
});

describe("a kops Cluster", () => {
  const cluster = (spec: object): string => stringify({ metadata: { name: "mirror.example.com" }, spec });

  test("that says nothing gets what kops derives", () => {
    expect(parseCluster(cluster({ authorization: { rbac: {} } }))).toEqual({
      serviceRange: "100.64.0.0/13",
      podRange: "100.96.0.0/11",
      authorization: "RBAC",
      serviceAccountIssuer: "https://api.internal.mirror.example.com",
      runtimeConfig: {},
    });
  });

  test("with a range of its own splits that", () => {
    const { serviceRange, podRange } = parseCluster(cluster({ nonMasqueradeCIDR: "10.128.0.0/9" }));
    expect([serviceRange, podRange]).toEqual(["10.128.0.0/12", "10.192.0.0/10"]);
  });

  test("is followed where it says something", () => {
    const spec = {
      serviceClusterIPRange: "10.1.0.0/16",
      kubeControllerManager: { clusterCIDR: "10.2.0.0/16" },
      kubeAPIServer: {
        serviceAccountIssuer: "https://issuer.example.com",
        runtimeConfig: { "networking.k8s.io/v1beta1": "true" },
      },
      authorization: { alwaysAllow: {} },
    };
    expect(parseCluster(cluster(spec))).toEqual({
      serviceRange: "10.1.0.0/16",
      podRange: "10.2.0.0/16",
      authorization: "AlwaysAllow",
      serviceAccountIssuer: "https://issuer.example.com",
      runtimeConfig: { "networking.k8s.io/v1beta1": "true" },
    });
  });
});
