import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1Node, V1Pod, V1Service } from "@kubernetes/client-node";
import { expect, test } from "@jest/globals";
import { Run } from "../../../rehearsal/run.ts";
import { workloadBefore } from "../../../rehearsal/workload.ts";

const labels = { app: "web" };
const service: V1Service = {
  metadata: { name: "web", namespace: "shop" },
  spec: { selector: labels },
  status: { loadBalancer: { ingress: [{ hostname: "web.elb.example.com" }] } },
};
const podOn = (nodeName: string): V1Pod => ({ metadata: { labels }, spec: { nodeName, containers: [] } });

test("a search that goes on after a kill in a roll still knows on how many nodes the app ran before the first", async () => {
  const dir = await mkdtemp(join(tmpdir(), "workload-"));
  try {
    let pods = ["a", "b", "b"].map(podOn);
    const cluster = {
      services: () => Promise.resolve([service]),
      pods: () => Promise.resolve(pods),
      budgets: () => Promise.resolve([]),
      nodes: () => Promise.resolve<V1Node[]>(["a", "b"].map((name) => ({ metadata: { name } }))),
    };
    const look = () => workloadBefore(new Run("r", dir), cluster, "http://web.elb.example.com/");
    const before = await look();
    expect(before).toMatchObject({ service: "shop/web", pods: 3, nodes: 2, workers: 2 });
    pods = ["b", "b", "b"].map(podOn);
    expect(await look()).toEqual(before);
  } finally {
    await rm(dir, { recursive: true });
  }
});
