import { describe, expect, test } from "@jest/globals";
import { MirrorCluster } from "../../components/mirror-cluster.ts";
import { Ownership } from "../../components/ownership.ts";
import { Prerequisites } from "../../components/prerequisites.ts";
import { SampleApp } from "../../components/sample-app.ts";
import type { SampleAppArgs } from "../../components/sample-app.ts";
import { loadBalancerTagsAnnotation } from "../../ownership/tags.ts";
import { record, stdinOf, valueOf } from "./recorder.ts";
import { exampleSettings } from "./settings.ts";

const marks = {
  "kops-upgrade-rehearsal:owner": "owner-1",
  "kops-upgrade-rehearsal:stack": "test",
  "kops-upgrade-rehearsal:cluster": "mirror.k8s.example.com",
  "kops-upgrade-rehearsal:region": "us-east-1",
  "kops-upgrade-rehearsal:expires-at": "2026-11-26T10:00:00Z",
};
type Manifest = NonNullable<SampleAppArgs["manifests"]>[number];
const service = { apiVersion: "v1", kind: "Service", metadata: { name: "own", annotations: { kept: "yes" } } };
const balanced: Manifest = { ...service, spec: { type: "LoadBalancer" } };
const inside: Manifest = { ...service, metadata: { name: "inside" }, spec: { type: "ClusterIP" } };

function create(changes: Record<string, unknown> = {}, manifests: Manifest[] = []) {
  const settings = exampleSettings({ tags: { Owner: "me" }, ...changes });
  return record(() => {
    const ownership = new Ownership("ownership", settings);
    const { stateStore, networkId } = new Prerequisites("pre", { ...settings, tags: ownership.tags });
    const mirror = new MirrorCluster("mirror", { settings, stateStore, networkId, ownership });
    const { kubeconfig, identity: clusterIdentity, owner: clusterOwner } = mirror;
    const app = { ...settings.app, ...(manifests.length > 0 ? { service: "http://own.example.com/" } : {}) };
    new SampleApp("app", { app, manifests, kubeconfig, clusterIdentity, clusterOwner, tags: ownership.tags });
    return ownership;
  });
}

describe("everything that can have tags has the owner's and the settings'", () => {
  test("what Pulumi makes on AWS", async () => {
    const { recorder } = await create({ dns: { mode: "new", zone: "k8s.example.com", parentZone: "example.com" } });
    const made = recorder.registrations.filter(({ type }) => type.startsWith("aws:"));
    const taggable = made.filter(({ type }) => !/:(Record|Bucket(Versioning|Policy|Public|Server).*)$/.test(type));
    expect(taggable.map(({ type }) => type.split(":")[2]).sort()).toEqual(["Bucket", "InternetGateway", "Vpc", "Zone"]);
    for (const { inputs } of taggable) expect(inputs["tags"]).toMatchObject({ ...marks, Owner: "me" });
  });

  test("what kops makes", async () => {
    const { recorder } = await create();
    const { manifests } = stdinOf(recorder.named("mirror-apply")) as { manifests: { spec: object }[] };
    expect(manifests[0]?.spec).toMatchObject({ cloudLabels: { ...marks, Owner: "me" } });
  });

  test("the load balancer of the sample app, and those of the user's own Services", async () => {
    const asList = Object.entries({ Owner: "me", ...marks }).map((pair) => pair.join("="));
    const annotationOf = (inputs: Record<string, unknown>) =>
      (inputs["metadata"] as { annotations?: Record<string, string> }).annotations;
    const sample = (await create({ app: { serviceAnnotations: { [loadBalancerTagsAnnotation]: "mine=1" } } })).recorder;
    expect(annotationOf(sample.named("app-service").inputs)).toEqual({
      [loadBalancerTagsAnnotation]: ["mine=1", ...asList].join(","),
    });
    const own = (await create({}, [balanced, inside])).recorder;
    expect(annotationOf(own.named("app-service-own").inputs)).toEqual({
      kept: "yes",
      [loadBalancerTagsAnnotation]: asList.join(","),
    });
    expect(annotationOf(own.named("app-service-inside").inputs)).toBeUndefined();
  });
});

test("the claim is made once: neither load nor intervals make another one, another cluster does", async () => {
  const { recorder } = await create();
  const claim = recorder.named("ownership-claim");
  expect(claim.ignoreChanges).toEqual(["stdin"]);
  const inputs = async (changes: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const { stdin, ...others } = (await create(changes)).recorder.named("ownership-claim").inputs;
    expect(stdin).toMatch(/^{"forecastMinutes":\d+}$/);
    return others;
  };
  const { stdin, ...same } = claim.inputs;
  expect(stdin).toMatch(/forecastMinutes/);
  expect(await inputs({ load: { rate: 7, durationSeconds: 3600 }, rollTimeoutMinutes: 600 })).toEqual(same);
  expect(await inputs({ clusterName: "b.k8s.example.com" })).not.toEqual(same);
  expect(await inputs({ ttlHours: 3 })).toMatchObject({ environment: { REHEARSAL_TTL_HOURS: "3" } });
});

test("the owner is part of what identifies the cluster, the expiry is not", async () => {
  const { recorder, result } = await create();
  const stdin = String(recorder.named("mirror-own").inputs["stdin"]);
  expect(stdin).toContain('"owner":"owner-1"');
  expect(stdin).not.toContain("2026");
  expect(await valueOf(result.owner)).toBe("owner-1");
});
