import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { keepEvidence } from "../../../rehearsal/evidence/collect.ts";
import { redact, redactObject, secretsOf } from "../../../rehearsal/evidence/redact.ts";
import { Run } from "../../../rehearsal/run.ts";

const pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAplanted\nsecondline\n-----END RSA PRIVATE KEY-----";
const jwt = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJl";
const planted: Readonly<Record<string, string>> = {
  "a private key": pem,
  "a private key in JSON": JSON.stringify({ log: pem }),
  "a private key that is cut off": pem.slice(0, 60),
  "a kubeconfig": `users:\n- user:\n    client-key-data: ${Buffer.from(pem).toString("base64")}\n    token: plantedtoken123`,
  "a service account's token": `GET /api Authorization: Bearer ${jwt}`,
  "basic authentication": "authorization: Basic cGxhbnRlZDpwbGFudGVk",
  "an AWS access key": "AKIAIOSFODNN7PLANTED",
  "an AWS secret key": "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/plantedEXAMPLEKEY",
  "AWS credentials in JSON": '{"SecretAccessKey": "plantedplantedplanted", "SessionToken": "plantedsession//=="}',
  "a presigned URL":
    "https://s3/x?X-Amz-Credential=AKIAIOSFODNN7PLANTED%2Fus&X-Amz-Signature=plantedabcdef0123&X-Amz-Security-Token=plantedIQoJ",
  "an EKS-like token": "k8s-aws-v1.plantedaHR0cHM6Ly9zdHM",
  "a bootstrap token": "token: abcdef.plantedplanted12",
  "a token of a registry of packages": `npm whoami npm_${"planted".repeat(5)}`,
  "an address that anybody may post to": "https://hooks.slack.com/services/T0/B0/plantedXyZ",
  "a password": "--set password='planted value' x",
  "a password of words in YAML": "db:\n  rootPassword: planted horse, planted; staple\n",
  "a text of several lines in YAML": "  tls-secret: |\n    planted one\n\n    planted two\n  other: kept",
  "a list's element in YAML": "- token: planted token",
  "Helm values": "auth:\n  secretKey: planted1\n  clientSecret: planted2\n  accessKey: planted3",
  "JSON in a text": JSON.stringify({ message: JSON.stringify({ password: "planted one", a: 1 }) }),
  "JSON in a text in a text": JSON.stringify(JSON.stringify({ message: JSON.stringify({ token: "planted" }) })),
  "a variable of a container": "env:\n- name: DB_PASSWORD\n  value: planted",
  "a variable of a container in JSON": JSON.stringify([{ name: "API_TOKEN", value: "planted" }], undefined, 2),
  "a flag": "exec app --db-password planted --verbose",
  "a flag in a list": JSON.stringify(["app", "--token", "planted"], undefined, 2),
  "docker's configuration": '{"auths": {"registry.example.com": {"auth": "cGxhbnRlZDpwbGFudGVk"}}}',
  "docker's configuration in a text": JSON.stringify('{"auths":{"r":{"auth":"cGxhbnRlZDpw"}}}'),
  "docker's configuration in a Secret": "data:\n  .dockerconfigjson: cGxhbnRlZDpwbGFudGVk",
  "a proxy with a password": "http_proxy=http://proxy:planted%40x@10.0.0.1:3128/",
  "a database's address": "postgres://app:planted@db.example.com:5432/shop",
  "user data": '"UserData": "cGxhbnRlZDpwbGFudGVk"',
  "user data of several lines": "userData: |\n  #!/bin/bash\n  export X=planted\n",
  "an SSH key": "-----BEGIN OPENSSH PRIVATE KEY-----\nplantedb3BlbnNzaC1rZXktdjE\n-----END OPENSSH PRIVATE KEY-----",
  "a bearer token elsewhere": "curl -H 'X-Auth: Bearer planted0123456789'",
  "a user's password": "curl -u admin:planted https://x",
  "AWS credentials as variables": "AWS_SESSION_TOKEN=planted/IQoJ+x== AWS_SECRET_ACCESS_KEY=wJalr,planted;x",
};
/** Parts of what was planted that no text may still hold. */
const tells = /planted|MIIEow|eyJhbGci|cGxhbnRl|IQoJ|wJalr|LS0tLS1CRUdJTi/i;

describe("secrets are taken out", () => {
  test.each(Object.entries(planted))("%s", (_, text) => {
    expect(text).toMatch(tells);
    expect(redact(`before ${text}\nafter`)).not.toMatch(tells);
  });

  test("wherever they stand in a text, all of them", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...Object.values(planted)), fc.lorem({ maxCount: 5 }))),
        (parts) => {
          const text = parts.map(([secret, words]) => `I1123 05:59:20 1 x.go:1] ${words}\n${secret}\n`).join("");
          expect(redact(text)).not.toMatch(tells);
        },
      ),
    );
  });

  test("and the values of our own environment that are secret; short ones and others stay", () => {
    const env = { MY_API_TOKEN: "zq81-hush", PULUMI_CONFIG_PASSPHRASE: "lab", PATH: "/usr/bin:/bin" };
    expect(secretsOf(env)).toEqual(["zq81-hush"]);
    expect(redact("lab at /usr/bin:/bin says zq81-hush", secretsOf(env))).toBe("lab at /usr/bin:/bin says [removed]");
  });

  test("and nothing else: what explains a failure stays", () => {
    const lines = [
      'I1123 05:59:20.737891   14038 instancegroups.go:428] Draining the node: "i-0ab".',
      'error when evicting pods/"web-7d9f-a" -n "shop" (will retry after 5s): Cannot evict pod as it would violate the pod\'s disruption budget.',
      '{"time":"2026-11-23T10:00:00.000Z","phase":"nodes","kind":"pod-evicted","node":"i-0ab","message":"x"}',
      '"secretName": "web-tls", "automountServiceAccountToken": false, "tokenExpirationSeconds": 3607',
      "s3://store/mirror.k8s.example.com/pki",
      "registry.k8s.io/kops/dns-controller:1.35.0 at https://127.0.0.1:6443/api",
      'pod "x" is waiting: secret not found; "name": "web", "value": 3',
      "the API server wants bearer authentication; --anonymous-auth=false --kubelet-client-key /srv/kubernetes/key.pem",
    ];
    for (const line of lines.filter((one) => !one.includes("automount"))) expect(redact(line)).toBe(line);
    expect(redact(lines[3]!)).toContain('"secretName": "web-tls"');
  });
});

test("objects lose Secrets, ConfigMaps, values of variables and repeated manifests, and keep the rest", () => {
  const objects = [
    { kind: "Secret", metadata: { name: "s" }, data: { x: "cGxhbnRlZA==" } },
    { kind: "ConfigMap", metadata: { name: "c" }, data: { x: "planted" } },
    {
      metadata: {
        name: "web",
        managedFields: [{ manager: "planted" }],
        annotations: { "kubectl.kubernetes.io/last-applied-configuration": "planted", note: "kept" },
      },
      spec: {
        containers: [
          {
            env: [
              { name: "DB", value: "planted" },
              { name: "K", valueFrom: { secretKeyRef: { name: "s" } } },
            ],
          },
        ],
      },
    },
  ];
  expect(redactObject(objects)).toEqual([
    {
      metadata: { name: "web", annotations: { note: "kept" } },
      spec: {
        containers: [
          {
            env: [
              { name: "DB", value: "[removed]" },
              { name: "K", value: "[removed]" },
            ],
          },
        ],
      },
    },
  ]);
});

test("a failure leaves one folder with what could be had, without secrets; what could not be had is named", async () => {
  const dir = await mkdtemp(join(tmpdir(), "evidence-"));
  const before = process.env["AWS_ENDPOINT_URL"];
  // Nobody listens there.
  process.env["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9";
  try {
    const run = new Run("run", dir);
    await mkdir(run.path("logs"));
    await writeFile(run.path("events.ndjson"), '{"message":"the roll halted"}\n');
    await mkdir(run.path("rolls", "2", "logs"), { recursive: true });
    await writeFile(run.path("rolls", "2", "roll.json"), '{"ok":false}');
    await writeFile(run.path("rolls", "2", "logs", "k6-upgrade.log"), "k6 says no\n");
    await writeFile(run.path("logs", "kops-x.log"), `drain failed\n${Object.values(planted).join("\n")}\nlast line\n`);
    const folder = await keepEvidence(run, { clusterName: "mirror", region: "us-east-1" }, join(dir, "none"));
    expect(dirname(folder!)).toBe(run.path("evidence"));
    const files = await readdir(folder!, { recursive: true });
    expect(files).toEqual(expect.arrayContaining(["events.ndjson", "missing.json", join("logs", "kops-x.log")]));
    const log = await readFile(join(folder!, "logs", "kops-x.log"), "utf8");
    expect(files).toContain(join("rolls", "2", "roll.json"));
    expect(files).toContain(join("rolls", "2", "logs", "k6-upgrade.log"));
    expect(log).toContain("drain failed");
    expect(log).toContain("last line");
    expect(log).not.toMatch(tells);
    const missing = JSON.parse(await readFile(join(folder!, "missing.json"), "utf8")) as Record<string, string>;
    expect(Object.keys(missing).sort()).toEqual(["aws/activities.json", "aws/consoles.txt", "aws/instances.json"]);
    expect((await stat(join(folder!, "logs", "kops-x.log"))).mode & 0o077).toBe(0);

    // Somebody tries again, and it fails for another reason: why it failed at first is still there.
    const second = await keepEvidence(run, { clusterName: "mirror", region: "us-east-1" }, join(dir, "none"));
    expect(second).not.toBe(folder);
    expect(await readFile(join(folder!, "logs", "kops-x.log"), "utf8")).toBe(log);
  } finally {
    if (before === undefined) delete process.env["AWS_ENDPOINT_URL"];
    else process.env["AWS_ENDPOINT_URL"] = before;
    await rm(dir, { recursive: true, force: true });
  }
});
