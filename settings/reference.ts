import { acceptable, neverAccepted } from "../preflight/names.ts";

/** What a setting may be, and an example: the second half of every problem's text. */
export interface Reference {
  readonly allowed: string;
  readonly example: string;
}

/** By path; array indices are left out. A path that is not listed is explained by the nearest one above it. */
const references: Record<string, Reference> = {
  "aws:region": { allowed: "an AWS region", example: "us-east-1" },
  clusterName: { allowed: "a DNS name (lower case) under the hosted zone", example: "mirror.k8s.example.com" },
  kubernetesVersion: {
    allowed:
      "the version that production runs, MAJOR.MINOR.PATCH, as text; nothing else than its manifests with production.source",
    example: '"1.34.3"',
  },
  targetVersion: {
    allowed: "a version above kubernetesVersion, at most one minor version above, as text",
    example: '"1.35.0"',
  },
  channel: {
    allowed: "stable, alpha, a URL, or the path of a channel file inside of the project",
    example: "stable",
  },
  stateStore: { allowed: "the name of an S3 bucket of the mirror's own", example: "example-rehearsal-state-store" },
  controlPlane: {
    allowed: "an object with size, zones and, if wanted, count and image",
    example: "{ size: m5.large, zones: [us-east-1a] }",
  },
  "controlPlane.size": { allowed: "an EC2 instance type", example: "m5.large" },
  "controlPlane.zones": {
    allowed: "availability zones of the region",
    example: "[us-east-1a, us-east-1b, us-east-1c]",
  },
  "controlPlane.count": { allowed: "an odd number, at least the number of zones", example: "3" },
  "controlPlane.image": { allowed: "OWNER/NAME of a machine image, or an AMI id", example: "ami-0123456789abcdef0" },
  nodes: {
    allowed: "an object with size, zones and, if wanted, count and image",
    example: "{ size: m5.xlarge, zones: [us-east-1a, us-east-1b], count: 3 }",
  },
  "nodes.size": { allowed: "an EC2 instance type", example: "m5.xlarge" },
  "nodes.zones": { allowed: "availability zones of the region", example: "[us-east-1a, us-east-1b, us-east-1c]" },
  "nodes.count": { allowed: "a whole number, at least 1", example: "3" },
  "nodes.image": { allowed: "OWNER/NAME of a machine image, or an AMI id", example: "ami-0123456789abcdef0" },
  image: { allowed: "OWNER/NAME of a machine image, or an AMI id", example: "ami-0123456789abcdef0" },
  network: { allowed: "an object with cidr and, if wanted, id and subnets", example: "{ cidr: 10.99.0.0/16 }" },
  "network.id": { allowed: "the id of an existing VPC", example: "vpc-0123456789abcdef0" },
  "network.cidr": {
    allowed: "an IPv4 CIDR apart from production's and from the pods' 100.64.0.0/10; AWS allows /16 to /28",
    example: "10.99.0.0/16",
  },
  "network.subnets": {
    allowed:
      "a CIDR inside of network.cidr for each zone (with production.source for subnets by name), none overlapping another",
    example: "{ us-east-1a: 10.99.0.0/20 }",
  },
  networking: {
    allowed:
      "production's: amazonvpc, calico, cilium, cilium-etcd, cni, flannel, flannel-udp, flannel-vxlan, kindnet, kube-router, kubenet",
    example: "flannel",
  },
  authorization: { allowed: "RBAC or AlwaysAllow", example: "RBAC" },
  sshPublicKey: { allowed: "the path of a public SSH key", example: "~/.ssh/id_ed25519.pub" },
  adminAccess: {
    allowed: "at least one network that may reach the API server: CIDRs, or ids of prefix lists",
    example: "[203.0.113.0/24]",
  },
  sshAccess: {
    allowed: "networks that may reach the instances over SSH, none wider than somebody can own",
    example: "[203.0.113.0/24]",
  },
  permissionsBoundary: {
    allowed: "the ARN of an IAM policy",
    example: "arn:aws:iam::123456789012:policy/kops-rehearsal-boundary",
  },
  dns: { allowed: "an object with mode and zone", example: "{ mode: private, zone: k8s.example.com }" },
  "dns.mode": { allowed: "new, existing, private or none", example: "private" },
  "dns.zone": { allowed: "the name of the hosted zone, apart from production's", example: "rehearsal.example.com" },
  "dns.parentZone": { allowed: "the public zone above dns.zone, with mode new only", example: "example.com" },
  production: {
    allowed:
      "an object with source; or with clusterName, nodes and, if wanted, stateStore, networkId, networkCidrs and zone",
    example: "{ source: s3://example-prod-state-store/prod.k8s.example.com, scale: 0.2 }",
  },
  "production.source": {
    allowed: "s3://bucket/path/cluster, or a file with what `kops get all --name CLUSTER -o yaml` printed",
    example: "s3://example-prod-state-store/prod.k8s.example.com",
  },
  "production.profile": { allowed: "a profile of the AWS configuration; it may only read", example: "prod-viewer" },
  "production.region": { allowed: "the region of the bucket in production.source", example: "us-east-1" },
  "production.scale": { allowed: "a number above 0, at most 1", example: "0.2" },
  "production.minimum": { allowed: "a whole number, at least 1", example: "2" },
  "production.clusterName": { allowed: "the name of the cluster that is mirrored", example: "prod.k8s.example.com" },
  "production.nodes": {
    allowed:
      "a whole number, at least 1; with production.source the sum of its groups' maxSize when absent (Karpenter's groups have none, so it is needed with them)",
    example: "50",
  },
  "production.stateStore": { allowed: "s3://bucket or s3://bucket/path", example: "s3://example-prod-state-store" },
  "production.networkId": { allowed: "the id of production's VPC", example: "vpc-0123456789abcdef0" },
  "production.fixtures": {
    allowed: "a file of manifests, such as `npx rehearsal fidelity --kubeconfig FILE --fixtures DIR` writes",
    example: "production-fixtures.yaml",
  },
  "production.kubeconfig": { allowed: "the path of a kubeconfig that may only read", example: "~/.kube/prod-viewer" },
  "production.networkCidrs": { allowed: "a list of IPv4 CIDRs", example: "[10.0.0.0/16]" },
  "production.zone": { allowed: "the name of a hosted zone", example: "k8s.example.com" },
  waivers: {
    allowed: "a list of objects with field, by and why; with production.source only",
    example: "[{ field: spec.topology.dns, by: ann@example.com, why: no zone for mirrors }]",
  },
  discoveryStore: {
    allowed: "s3://bucket or s3://bucket/path, public; with production.source only",
    example: "s3://example-rehearsal-discovery",
  },
  apiServer: { allowed: "an https URL", example: "https://127.0.0.1:6443" },
  app: { allowed: "an object; every part has a default", example: "{ replicas: 3 }" },
  "app.pdb": { allowed: "none, or minAvailable as a number or percentage", example: "{ minAvailable: 2 }" },
  "app.service": {
    allowed: "namespace/name of the load balancer Service of the app's own manifests, or a URL",
    example: "shop/frontend",
  },
  "app.preStopSeconds": { allowed: "a whole number below app.terminationGraceSeconds", example: "15" },
  "app.replicas": { allowed: "a whole number, at least 1", example: "3" },
  "app.port": { allowed: "1 to 65535", example: "80" },
  "app.targetPort": { allowed: "1 to 65535", example: "8080" },
  "app.path": { allowed: "a path that begins with /", example: "/hostname" },
  "app.healthPath": { allowed: "a path that begins with /", example: "/healthz" },
  "app.namespace": { allowed: "a DNS label", example: "rehearsal" },
  "app.manifests": { allowed: "a list of files", example: "[shop.yaml]" },
  "app.kustomization": { allowed: "the directory of a kustomization, or its URL", example: "deploy/overlays/staging" },
  "app.chart": {
    allowed: "an object with chart and, if wanted, repo, version and values",
    example: "{ chart: podinfo, repo: https://charts.example.com, version: 6.9.0 }",
  },
  "app.chart.chart": {
    allowed: "a path that begins with . / or ~, oci://…, or a name in app.chart.repo",
    example: "./charts/shop",
  },
  "app.chart.repo": { allowed: "the URL of a chart repository", example: "https://charts.example.com" },
  "app.chart.version": { allowed: "the version of the chart", example: "6.9.0" },
  load: { allowed: "an object; every part has a default", example: "{ rate: 200, durationSeconds: 300 }" },
  "load.rate": { allowed: "requests per second, so that the baseline has at least 500", example: "200" },
  "load.durationSeconds": { allowed: "seconds, at least 10 more than load.warmupSeconds", example: "300" },
  "load.requests": { allowed: "a whole number, at least 500, for the article's ab -n", example: "100000" },
  "load.concurrency": { allowed: "a whole number above 0, for the article's ab -c", example: "10" },
  "load.expectBody": {
    allowed: "a regular expression that each answer's body must match; by default any body that is not empty does",
    example: '"^web-"',
  },
  "load.generators": {
    allowed: "an object: the cluster on which k6's operator runs the load generators; by default this machine sends",
    example: "{ kubeconfig: ~/.kube/load, parallelism: 4 }",
  },
  "load.generators.kubeconfig": {
    allowed: "the path of a kubeconfig for a cluster that is neither the mirror nor production",
    example: "~/.kube/load",
  },
  "load.generators.context": { allowed: "a context of the kubeconfig; by default its current one", example: "load" },
  "load.generators.namespace": { allowed: "an existing namespace", example: "k6" },
  "load.generators.parallelism": { allowed: "how many k6 pods share the load, at least 1", example: "4" },
  "load.generators.separate": { allowed: "true (each on a node of its own) or false", example: "true" },
  "load.generators.image": { allowed: "an image with k6", example: "registry.example.com/grafana/k6:1.8.1" },
  objectives: { allowed: "an object; every part has a default", example: "{ maxOutageMs: 0 }" },
  "objectives.maxErrorRatio": { allowed: "0 to 1", example: "0.001" },
  intervals: {
    allowed: "search, or an object; every part has a default",
    example: "{ controlPlane: 10m, node: 10m }",
  },
  "intervals.search": {
    allowed: "an object with intervals, postDrainDelays, maxSurges, maxRolls and again; every part has a default",
    example: "{ intervals: [15s, 1m, 10m] }",
  },
  "intervals.search.intervals": {
    allowed: "a list of durations, each longer than the one before",
    example: "[15s, 1m]",
  },
  "intervals.search.postDrainDelays": {
    allowed: "a list of durations, each longer than the one before",
    example: "[5s, 30s]",
  },
  "intervals.search.maxSurges": { allowed: "a list of whole numbers, each larger than the one before", example: "[2]" },
  "intervals.search.maxRolls": { allowed: "a whole number, at least 1", example: "6" },
  "intervals.search.again": { allowed: "force or upgrade", example: "force" },
  order: { allowed: "staged or legacy", example: "staged" },
  attempt: { allowed: "a whole number above 0; raise it to rehearse the same again", example: "2" },
  skewProbe: { allowed: "true or false", example: "true" },
  rehearseRevert: { allowed: "never, midRoll or after", example: "after" },
  revertAfterNodes: { allowed: "a whole number, at least 1 and below the number of nodes", example: "2" },
  "intervals.validateCount": { allowed: "a whole number, at least 1", example: "2" },
  onBlocked: {
    allowed: "report (wait for kops's time-outs, then name what is in the way) or unblock (do what the article does)",
    example: "unblock",
  },
  rollTimeoutMinutes: { allowed: "minutes, above 0", example: "240" },
  verbosity: { allowed: "0 to 10", example: "10" },
  prices: {
    allowed:
      "the path of a price table like cost/prices.json, or an object of USD an hour (volumes: a GB and month) by instance/TYPE, volume/TYPE, load-balancer/network, load-balancer/classic, nat-gateway, public-ipv4",
    example: "{ instance/m5.large: 0.06 }",
  },
  preflight: {
    allowed: "an object with accept, a list of checks whose errors do not stop `pulumi up`",
    example: "{ accept: [quotas] }",
  },
  "preflight.accept": {
    allowed: `a list of ${acceptable.join(", ")}; errors of ${neverAccepted.join(" and ")} cannot be accepted`,
    example: "[quotas]",
  },
  ttlHours: { allowed: "hours, at least 1", example: "36" },
  tags: { allowed: "an object of texts", example: "{ Owner: platform }" },
};

const duration: Reference = { allowed: "a duration", example: "15s, 10m or 1h30m" };

/** What is said of just this path, if anything is. */
export function ownReference(path: readonly string[]): Reference | undefined {
  return isDuration(path) ? duration : references[path.join(".")];
}

const isDuration = (path: readonly string[]): boolean =>
  path[0] === "intervals" && path.length === 2 && path[1] !== "validateCount" && path[1] !== "search";

export function referenceFor(path: readonly string[]): Reference {
  if (isDuration(path)) return duration;
  for (let length = path.length; length > 0; length--) {
    const reference = references[path.slice(0, length).join(".")];
    if (reference) return reference;
  }
  return { allowed: "the settings that Pulumi.yaml describes", example: "clusterName" };
}
