import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { fidelityText } from "../../../analysis/fidelity.ts";
import { deriveMirror } from "../../../mirror/derive.ts";
import { fidelityOf, fidelityReport } from "../../../mirror/fidelity.ts";
import { identityProblems, problemText } from "../../../mirror/identity-check.ts";
import { knownToKops } from "../../../mirror/known-fields.ts";
import { leaves, showPath, valueAt } from "../../../mirror/path.ts";
import { parseProduction, ProductionError } from "../../../mirror/production.ts";
import type { Production } from "../../../mirror/production.ts";
import type { MirrorSettings } from "../../../mirror/settings.ts";
import { asV1alpha2 } from "../../../mirror/versions.ts";

const example = parseProduction(readFileSync(new URL("../../../examples/production.yaml", import.meta.url), "utf8"));
const settings: MirrorSettings = {
  name: "mirror.rehearsal.example.com",
  stateStore: "s3://example-rehearsal-state-store",
  network: { cidr: "10.97.0.0/16" },
  dnsZone: "rehearsal.example.com",
  scale: 0.1,
  tags: { Purpose: "rehearsal" },
  adminAccess: ["203.0.113.0/24"],
  sshAccess: [],
};
/** A production with other fields in its Cluster's spec. */
const withSpec = (spec: Record<string, unknown>): Production => ({
  ...example,
  cluster: { ...example.cluster, spec: { ...(example.cluster["spec"] as object), ...spec } },
});
const clusterOf = (production: Production, mirror = settings): Record<string, unknown> =>
  deriveMirror(production, mirror).manifests[0] ?? {};
const classOf = (production: Production, field: string): string | undefined =>
  deriveMirror(production, settings).fields.find(({ object, path }) => object === "Cluster" && showPath(path) === field)
    ?.class;

describe("the mirror of the example", () => {
  const { manifests, fields } = deriveMirror(example, settings);

  test("names nothing of production's", () => {
    const text = JSON.stringify(manifests);
    for (const identifier of [
      "prod.k8s",
      "example-prod",
      "444455556666",
      "1234abcd",
      "vpc-0a1b",
      "subnet-0",
      "sg-0a1b",
      '"10.0.',
      " 10.0.",
      "Environment",
      "Team",
    ])
      expect({ identifier, there: text.includes(identifier) }).toEqual({ identifier, there: false });
  });

  test("has production's versions, groups and options", () => {
    expect(manifests).toHaveLength(6);
    for (const field of ["kubernetesVersion", "networking", "kubelet", "kubeAPIServer", "fileAssets", "authorization"])
      expect(valueAt(manifests[0], ["spec", field])).toEqual(valueAt(example.cluster, ["spec", field]));
    expect(manifests[5]).toMatchObject({
      spec: { taints: ["spot=true:PreferNoSchedule"], mixedInstancesPolicy: { onDemandBase: 0 } },
    });
  });

  test("is scaled down, but not its control plane, and no group to nothing", () => {
    expect(manifests.slice(1).map((manifest) => valueAt(manifest, ["spec", "minSize"]))).toEqual([1, 1, 1, 4, 1]);
    expect(manifests.slice(1).map((manifest) => valueAt(manifest, ["spec", "maxSize"]))).toEqual([1, 1, 1, 6, 2]);
  });

  test("accounts for every field of production once", () => {
    const all = [example.cluster, ...example.groups].flatMap((manifest) => leaves(manifest));
    expect(fields).toHaveLength(all.length);
    expect(new Set(fields.map(({ object, path }) => `${object} ${showPath(path)}`)).size).toBe(all.length);
    expect(fields.filter(({ known }) => !known)).toEqual([]);
  });

  test("is its own mirror", () => {
    expect(deriveMirror(example, settings)).toEqual({ manifests, fields });
    const [cluster, ...groups] = manifests;
    expect(deriveMirror({ cluster: cluster ?? {}, groups, others: [] }, settings).manifests).toEqual(manifests);
  });
});

describe("fields", () => {
  test("that no rule knows are kept, and reported", () => {
    const production = withSpec({ futureFeature: { mode: "fast" } });
    expect(clusterOf(production)).toMatchObject({ spec: { futureFeature: { mode: "fast" } } });
    const field = deriveMirror(production, settings).fields.find(({ path }) => path[1] === "futureFeature");
    expect(field).toMatchObject({ class: "mirrored", known: false });
  });

  test("that kops does not know are reported however deep they are, in any version and in groups", () => {
    const production = withSpec({
      networking: { cilium: { enableNodePort: true, futureKnob: { deep: [1] } } },
      containerd: { configAdditions: { "a.b": "c" } },
      kubeDNS: { affinity: { nodeAffinity: {} } },
      kubelet: { systemReserved: { cpu: "100m" }, featureGates: { A: "true" } },
    });
    const [nodes = {}] = example.groups;
    const group = {
      ...nodes,
      spec: { ...(nodes["spec"] as object), volumes: [{ device: "/dev/xvdd", size: 1, turbo: true }] },
    };
    const { manifests, fields } = deriveMirror({ ...production, groups: [group] }, settings);
    expect(fields.filter(({ known }) => !known).map(({ object, path }) => `${object} ${showPath(path)}`)).toEqual([
      "Cluster spec.networking.cilium.futureKnob.deep[0]",
      "InstanceGroup control-plane-us-east-1b spec.volumes[0].turbo",
    ]);
    expect(fidelityText(fidelityReport(fidelityOf(fields)))).toContain("; 2 of them not known to kops 1.35");
    expect(manifests[0]).toMatchObject({ spec: { networking: { cilium: { futureKnob: { deep: [1] } } } } });
    expect(knownToKops("kops.k8s.io/v1alpha3", "Cluster", ["spec", "networking", "subnets", 0, "cidr"])).toBe(true);
    expect(knownToKops("kops.k8s.io/v1alpha3", "Cluster", ["spec", "networkCIDR"])).toBe(false);
    expect(knownToKops("kops.k8s.io/v1alpha2", "Cluster", ["spec", "networkCIDR"])).toBe(true);
  });

  test("with secrets lose them", () => {
    const hooks = [
      { name: "agent", execContainer: { image: "agent:1", environment: { API_KEY: "0123456789", LEVEL: "info" } } },
    ];
    const production = withSpec({ hooks });
    expect(JSON.stringify(clusterOf(production))).not.toContain("0123456789");
    expect(clusterOf(production)).toMatchObject({
      spec: { hooks: [{ execContainer: { environment: { LEVEL: "info" } } }] },
    });
  });

  test("in base64 are looked into", () => {
    const content = Buffer.from("name=prod.k8s.example.com").toString("base64");
    const { spec } = clusterOf(withSpec({ fileAssets: [{ name: "a", content, isBase64: true }] })) as {
      spec: { fileAssets: { content: string }[] };
    };
    expect(Buffer.from(spec.fileAssets[0]?.content ?? "", "base64").toString()).toBe(
      "name=mirror.rehearsal.example.com",
    );
  });

  test("in base64 that are no text lose nothing but what they name", () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe, 0x00, 0xa0]), Buffer.from(" prod.k8s.example.com")]);
    const { spec } = clusterOf(
      withSpec({ fileAssets: [{ name: "a", content: bytes.toString("base64"), isBase64: true }] }),
    ) as { spec: { fileAssets: { content: string }[] } };
    expect(Buffer.from(spec.fileAssets[0]?.content ?? "", "base64")).toEqual(
      Buffer.concat([bytes.subarray(0, 5), Buffer.from("mirror.rehearsal.example.com")]),
    );
  });

  test("of a registry in containerd's configuration lose what opens it", () => {
    const registry = 'plugins."io.containerd.grpc.v1.cri".registry.configs."r.example.com"';
    const configAdditions = {
      [`${registry}.auth.password`]: "hunter2",
      [`${registry}.auth.auth`]: "dXNlcjpodW50ZXIy",
      [`${registry}.tls.insecure_skip_verify`]: true,
    };
    expect(clusterOf(withSpec({ containerd: { configAdditions } }))).toMatchObject({
      spec: {
        containerd: {
          configAdditions: {
            [`${registry}.auth.password`]: "REPLACED",
            [`${registry}.auth.auth`]: "REPLACED",
            [`${registry}.tls.insecure_skip_verify`]: true,
          },
        },
      },
    });
  });

  test("that name what kops and others call after the cluster name the mirror's", () => {
    const content = [
      "api-prod-k8s-example-com-tkmafs.elb.us-east-1.amazonaws.com",
      "https://sqs.us-east-1.amazonaws.com/444455556666/prod-k8s-example-com-nth",
      "https://sqs.us-east-1.amazonaws.com/777788889999/jobs",
      "s3://prod.k8s.example.com-backups s3://backups-prod-k8s-example-com",
      "aws route53 change-resource-record-sets --hosted-zone-id Z0ABCDEFGHIJKLMNOPQRS",
    ].join("\n");
    const text = JSON.stringify(clusterOf(withSpec({ fileAssets: [{ name: "a", content }] })));
    expect(text).not.toMatch(/prod.k8s.example.com|Z0ABC|7777/);
    expect(text).toContain("api-mirror-rehearsal-example-com-tkmafs");
  });

  test("that tell others what happens in production are not those of the mirror", () => {
    const kubeAPIServer = {
      auditWebhookConfigFile: "/srv/kubernetes/audit-webhook.yaml",
      additionalServiceAccountIssuers: ["https://old-oidc.s3.us-east-1.amazonaws.com"],
      auditLogMaxAge: 7,
    };
    const production = withSpec({ kubeAPIServer });
    expect(clusterOf(production)).toHaveProperty("spec.kubeAPIServer", { auditLogMaxAge: 7 });
    expect(classOf(production, "spec.kubeAPIServer.auditWebhookConfigFile")).toBe("replaced");
  });

  test("of service accounts need a public store of the mirror's own", () => {
    const production = withSpec({
      serviceAccountIssuerDiscovery: { discoveryStore: "s3://example-prod-oidc/prod", enableAWSOIDCProvider: true },
    });
    expect(clusterOf(production)).not.toHaveProperty("spec.serviceAccountIssuerDiscovery");
    expect(classOf(production, "spec.serviceAccountIssuerDiscovery.enableAWSOIDCProvider")).toBe("notMirrored");
    expect(clusterOf(production, { ...settings, discoveryStore: "s3://mirror-oidc/m" })).toMatchObject({
      spec: { serviceAccountIssuerDiscovery: { discoveryStore: "s3://mirror-oidc/m", enableAWSOIDCProvider: true } },
    });
  });

  test("of v1alpha3 survive where that version has them", () => {
    const cluster = {
      apiVersion: "kops.k8s.io/v1alpha3",
      kind: "Cluster",
      metadata: { name: "prod.k8s.example.com" },
      spec: {
        api: {
          loadBalancer: {
            class: "Network",
            useForInternalAPI: true,
            subnets: [{ name: "a", allocationID: "eipalloc-0a1b2c3d4e5f60718" }],
          },
        },
        configStore: { base: "s3://example-prod-state-store/prod.k8s.example.com" },
        etcdClusters: [
          {
            name: "main",
            etcdMembers: [{ name: "a", kmsKeyID: "1234abcd-12ab-34cd-56ef-1234567890ab", volumeIOPS: 3000 }],
          },
        ],
        cloudProvider: { aws: { nodeTerminationHandler: { enabled: true } } },
        networking: {
          networkID: "vpc-0a1b2c3d4e5f60718",
          networkCIDR: "10.0.0.0/16",
          subnets: [{ name: "a", type: "Public", zone: "us-east-1a", cidr: "10.0.0.0/20" }],
          topology: { bastion: { publicName: "jump.example.com" }, dns: "Public" },
          calico: {},
        },
      },
    };
    const { manifests, fields } = deriveMirror({ cluster, groups: [], others: [] }, settings);
    expect(manifests[0]).toMatchObject({
      spec: {
        configStore: { base: "s3://example-rehearsal-state-store/mirror.rehearsal.example.com" },
        cloudProvider: { aws: { nodeTerminationHandler: { enabled: true } } },
        networking: { networkCIDR: "10.97.0.0/16", subnets: [{ cidr: "10.97.0.0/16" }], topology: { dns: "Public" } },
      },
    });
    expect(manifests[0]).toMatchObject({
      spec: {
        api: { loadBalancer: { useForInternalAPI: true, subnets: [{ name: "a" }] } },
        etcdClusters: [{ etcdMembers: [{ name: "a", volumeIOPS: 3000 }] }],
      },
    });
    expect(JSON.stringify(manifests)).not.toMatch(/prod|vpc-|eipalloc|kmsKeyID|jump/);
    expect(asV1alpha2(cluster)).toMatchObject({
      spec: {
        api: { loadBalancer: { subnets: [{ name: "a", allocationId: "eipalloc-0a1b2c3d4e5f60718" }] } },
        etcdClusters: [{ etcdMembers: [{ name: "a", volumeIops: 3000 }] }],
        topology: { bastion: { bastionPublicName: "jump.example.com" }, dns: { type: "Public" } },
      },
    });
    expect(fields.filter(({ known }) => !known)).toEqual([]);
  });

  test("whatever they are, all are accounted for, and none names production", () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "api.prod.k8s.example.com",
        "s3://example-prod-state-store/x",
        "vpc-0a1b2c3d4e5f60718",
        "10.0.3.7",
      ),
      fc.string().map((around) => `${around} arn:aws:iam::444455556666:role/prod ${around}`),
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ depthSize: "small" }, text, fc.integer(), fc.boolean(), fc.array(tie("any")), tie("record")),
      record: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie("any")),
    })).record;
    fc.assert(
      fc.property(value, (extra) => {
        const production = withSpec({ extra });
        const { manifests, fields } = deriveMirror(production, settings);
        expect(fields.filter(({ path }) => path[1] === "extra")).toHaveLength(leaves(extra).length);
        expect(JSON.stringify(manifests)).not.toMatch(/prod\.k8s\.example|example-prod|0a1b2c3d4e5f|444455556666/);
        const [cluster = {}, ...groups] = manifests;
        expect(deriveMirror({ cluster, groups, others: [] }, settings).manifests).toEqual(manifests);
      }),
      { numRuns: 100 },
    );
  });
});

describe("what kops writes", () => {
  const manifests = [example.cluster, ...example.groups];

  test("as JSON is one list", () => {
    expect(parseProduction(JSON.stringify(manifests))).toEqual(example);
    expect(parseProduction(JSON.stringify({ kind: "List", items: manifests }))).toEqual(example);
  });

  test("and wrote years ago is what it is read as today", () => {
    const old = manifests.map((manifest) => JSON.stringify({ ...manifest, apiVersion: "kops/v1alpha2" }));
    expect(parseProduction(...old)).toEqual(example);
  });
});

describe("what cannot be mirrored", () => {
  test("is told at once", () => {
    const text = "kind: Cluster\napiVersion: kops.k8s.io/v1\nmetadata: {name: a}\n---\n[1]\n";
    expect(() => parseProduction("kind: Cluster\napiVersion: kops/v1\nmetadata: {name: a}")).toThrow(/v1alpha2/);
    expect(() => parseProduction(text)).toThrow(ProductionError);
    expect(() => parseProduction(text)).toThrow(/v1alpha2[\s\S]*no InstanceGroup[\s\S]*no spec|no kind/);
  });

  test("is what holds more than it seems to", () => {
    const tens = ["a", "b", "c", "d"].map(
      (name, i, all) =>
        `${name}: &${name} [${Array(10)
          .fill(i === 0 ? "x" : `*${all[i - 1] ?? ""}`)
          .join()}]`,
    );
    expect(() => parseProduction(tens.join("\n"))).toThrow(ProductionError);
  });

  test("is a mirror with production's identity", () => {
    expect(identityProblems(example, settings)).toEqual([]);
    const problems = identityProblems(example, {
      ...settings,
      name: "prod.k8s.example.com",
      stateStore: "s3://example-prod-state-store",
      network: { id: "vpc-0a1b2c3d4e5f60718", cidr: "10.0.128.0/17" },
      dnsZone: "K8s.example.com.",
    }).map(problemText);
    for (const setting of ["clusterName", "stateStore", "network.id", "network.cidr", "dns.zone"])
      expect(problems.filter((problem) => problem.startsWith(`${setting}:`))).not.toEqual([]);
    expect(
      identityProblems(example, { ...settings, name: "x.prod.k8s.example.com", dnsZone: "prod.k8s.example.com" }).map(
        problemText,
      ),
    ).toEqual([expect.stringContaining("under production's name")]);
  });
});
