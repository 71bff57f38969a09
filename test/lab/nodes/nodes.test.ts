import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { CoreV1EventList, V1Deployment, V1NodeList, V1Pod, V1PodList, V1Service } from "@kubernetes/client-node";
import { Agent } from "node:http";
import { eventually } from "../../unit/lab/eventually.ts";
import { FakeCluster } from "./fake-cluster.ts";
import { startLab, type Lab } from "./lab.ts";
import { ask, startLoad } from "./load.ts";
import { deployment, service } from "./web.ts";

const cluster = new FakeCluster("1.34.3");
let lab: Lab;

const podsOf = async (app: string): Promise<V1Pod[]> =>
  (await lab.kube.get<V1PodList>(`/api/v1/namespaces/default/pods?labelSelector=app%3D${app}`)).items;
const isReady = ({ status }: V1Pod) => status?.conditions?.find(({ type }) => type === "Ready")?.status === "True";
const nodes = async () => (await lab.kube.get<V1NodeList>("/api/v1/nodes")).items;
const systemPods = async () => (await lab.kube.get<V1PodList>("/api/v1/namespaces/kube-system/pods")).items;
const deploy = (object: V1Deployment) => lab.kube.create("/apis/apps/v1/namespaces/default/deployments", object);
const url = async (name: string): Promise<string> => {
  const { spec, status } = await lab.kube.get<V1Service>(`/api/v1/namespaces/default/services/${name}`);
  return `http://${status?.loadBalancer?.ingress?.[0]?.ip}:${spec?.ports?.[0]?.port}/hostname`;
};
const readyPods = (app: string, count: number) =>
  eventually(async () => {
    const ready = (await podsOf(app)).filter(isReady);
    expect(ready).toHaveLength(count);
    return ready;
  }, 60_000);
/** Resolves when the load balancer answers from every one of these pods. */
const answered = (address: string, pods: V1Pod[]) =>
  eventually(async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => ask(address)));
    expect(new Set(outcomes.map(({ pod }) => pod))).toEqual(new Set(pods.map(({ metadata }) => metadata?.name)));
  });

beforeAll(async () => {
  cluster.launch("i-0cp", "control-plane");
  for (const id of ["i-0a", "i-0b", "i-0c"]) cluster.launch(id, "node");
  lab = await startLab(cluster, { bootMs: 200, podStartMs: 50, lbDeregistrationMs: 2000, lbHealthMs: 100 });
});

afterAll(async () => {
  if (process.env.LAB_TEST_LOG) console.log(lab.logLines.join("\n"));
  await lab?.stop();
});

describe("nodes", () => {
  test("instances become Ready nodes of their launch template's version", async () => {
    const joined = await eventually(async () => {
      const all = await nodes();
      const ready = all.filter(({ status, spec }) => {
        const condition = status?.conditions?.find(({ type }) => type === "Ready");
        return condition?.status === "True" && !spec?.taints?.some(({ key }) => key === "node.kubernetes.io/not-ready");
      });
      expect(ready.map(({ metadata }) => metadata?.name).sort()).toEqual(["i-0a", "i-0b", "i-0c", "i-0cp"]);
      return new Map(ready.map((node) => [node.metadata?.name, node]));
    }, 60_000);
    expect(joined.get("i-0a")).toMatchObject({
      metadata: {
        labels: {
          "kops.k8s.io/instancegroup": "nodes-us-east-1a",
          "node-role.kubernetes.io/node": "",
          "topology.kubernetes.io/zone": "us-east-1a",
          "topology.kubernetes.io/region": "us-east-1",
          team: "payments",
        },
      },
      spec: { providerID: "aws:///us-east-1a/i-0a" },
      status: { capacity: { cpu: "4" }, nodeInfo: { kubeletVersion: "v1.34.3" } },
    });
    expect(joined.get("i-0cp")?.spec?.taints).toEqual([
      { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" },
    ]);
    await eventually(() => expect(lab.controlPlaneUp).toEqual([["i-0cp"]]));
  });

  test("static pods and add-ons of the state store are there and ready", async () => {
    const expected = [
      "etcd-manager-main-i-0cp",
      "kube-apiserver-i-0cp",
      "kube-controller-manager-i-0cp",
      "kube-proxy-i-0a",
      "kube-proxy-i-0b",
      "kube-proxy-i-0c",
      "kube-proxy-i-0cp",
      "kube-scheduler-i-0cp",
    ];
    await eventually(async () => {
      const ready = (await systemPods()).filter(isReady).map(({ metadata }) => metadata?.name ?? "");
      expect(ready).toEqual(expect.arrayContaining(expected));
      expect(ready.filter((name) => name.startsWith("dns-controller-"))).toHaveLength(1);
      expect(ready).toHaveLength(expected.length + 1);
    }, 60_000);
    const apiServer = (await systemPods()).find(({ metadata }) => metadata?.name === "kube-apiserver-i-0cp");
    expect(apiServer).toMatchObject({
      metadata: { labels: { "k8s-app": "kube-apiserver" } },
      spec: { nodeName: "i-0cp", containers: [{ image: "registry.k8s.io/kube-apiserver:v1.34.3" }] },
    });
  });

  test("an instance whose launch template does not fit the state store stays out, and its console says why", async () => {
    cluster.launch("i-0odd", "node", "bm8=");
    await eventually(() =>
      expect(lab.logLines.join("\n")).toMatch(/i-0odd .*nodeup config hash mismatch \(was ".+", expected "bm8="\)/),
    );
    expect((await nodes()).map(({ metadata }) => metadata?.name)).not.toContain("i-0odd");
    cluster.terminate("i-0odd");
  });

  test("a deleted mirror pod comes back", async () => {
    const path = "/api/v1/namespaces/kube-system/pods/kube-proxy-i-0c";
    const before = await lab.kube.get<V1Pod>(path);
    await lab.kube.delete(path);
    await eventually(async () => {
      const now = await lab.kube.get<V1Pod>(path);
      expect(now.metadata?.uid).not.toBe(before.metadata?.uid);
      expect(isReady(now)).toBe(true);
    });
  });
});

describe("pods and load balancers", () => {
  test("a Deployment becomes ready, and each of its pods answers through the load balancer", async () => {
    // So long the load balancer has to hear of a pod that stops.
    const preStop = { sleep: { seconds: 6 } };
    await deploy(deployment("web", 3, { lifecycle: { preStop } } as object));
    await lab.kube.create("/api/v1/namespaces/default/services", service("web", 8080));
    const pods = await readyPods("web", 3);
    expect(new Set(pods.map(({ spec }) => spec?.nodeName)).size).toBe(3);
    for (const { status } of pods) expect(status?.podIP).toMatch(/^100\.96\./);
    const address = await eventually(async () => {
      const found = await url("web");
      expect(found).toMatch(/^http:\/\/127\.97\./);
      return found;
    });
    await answered(address, pods);
    expect(lab.nodes.status().loadBalancers).toEqual([
      expect.objectContaining({ name: "default/web", targets: 3 }) as object,
    ]);
  });

  test("an eviction under load loses no request of a pod that waits in preStop", async () => {
    const address = await url("web");
    const keepAlive = new Agent({ keepAlive: true, maxSockets: 6 });
    const loads = [startLoad(address, 10), startLoad(address, 10, keepAlive)];
    const [victim] = await podsOf("web");
    const name = victim?.metadata?.name ?? "";
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace: "default" } };
    await lab.kube.create(`/api/v1/namespaces/default/pods/${name}/eviction`, eviction);
    await eventually(async () => {
      const pods = await podsOf("web");
      expect(pods.map(({ metadata }) => metadata?.name)).not.toContain(name);
      expect(pods.filter(isReady)).toHaveLength(3);
    }, 60_000);
    const [fresh = [], kept = []] = await Promise.all(loads.map((load) => load.stop()));
    keepAlive.destroy();
    expect(fresh.length).toBeGreaterThan(50);
    expect(fresh.filter(({ error }) => error)).toEqual([]);
    // A kept connection may end under a request when the pod exits: that is what the rehearsal is there to show.
    expect(kept.filter(({ pod }) => pod).length).toBeGreaterThan(50);
    expect(fresh.slice(-20).map(({ pod }) => pod)).not.toContain(name);
  });

  test("a container whose process ends is restarted", async () => {
    const [first] = await podsOf("web");
    const path = `/api/v1/namespaces/default/pods/${first?.metadata?.name}`;
    const address = `http://${first?.status?.podIP?.replace(/^100/, "127")}:8080/exit?code=3`;
    await ask(address);
    await eventually(async () => {
      const { status } = await lab.kube.get<V1Pod>(path);
      expect(status?.containerStatuses?.[0]).toMatchObject({
        restartCount: 1,
        ready: true,
        lastState: { terminated: { exitCode: 3, reason: "Error" } },
      });
    });
  });

  test("an image that the lab does not know is never pulled", async () => {
    await deploy(deployment("odd", 1, { image: "example.com/team/odd:1" }));
    const pod = await eventually(async () => {
      const [one] = await podsOf("odd");
      expect(one?.status?.containerStatuses?.[0]?.state?.waiting?.reason).toMatch(/^(ErrImagePull|ImagePullBackOff)$/);
      return one;
    });
    const selector = encodeURIComponent(`involvedObject.uid=${pod?.metadata?.uid},reason=Failed`);
    const events = () => lab.kube.get<CoreV1EventList>(`/api/v1/namespaces/default/events?fieldSelector=${selector}`);
    await eventually(async () => {
      expect((await events()).items[0]?.message).toContain("example.com/team/odd:1");
    });
    expect(pod && isReady(pod)).toBe(false);
    await lab.kube.delete("/apis/apps/v1/namespaces/default/deployments/odd");
    await eventually(async () => expect(await podsOf("odd")).toEqual([]));
  });

  test("faults: a kube-system pod crashes, a pod is not ready, the load balancer drops everything", async () => {
    const crash = lab.faults.add("crash-loop", { target: "kube-system/dns-controller" });
    const dns = async () => (await systemPods()).find(({ metadata }) => metadata?.name?.startsWith("dns-controller"));
    await eventually(async () => {
      expect((await dns())?.status?.containerStatuses?.[0]).toMatchObject({
        ready: false,
        state: { waiting: { reason: "CrashLoopBackOff" } },
      });
    });
    lab.faults.clear(crash.id);

    const [first] = await podsOf("web");
    const unready = lab.faults.add("fail-ready", { target: `default/${first?.metadata?.name}` });
    await eventually(async () => expect((await podsOf("web")).filter(isReady)).toHaveLength(2));
    lab.faults.clear(unready.id);
    const pods = await readyPods("web", 3);

    const address = await url("web");
    await answered(address, pods);
    const drop = lab.faults.add("lb-drop");
    // In force from a moment on that nobody tells.
    await eventually(async () => expect((await ask(address, false, 300)).error).toMatch(/abort/i));
    lab.faults.clear(drop.id);
    await eventually(async () => expect((await ask(address)).pod).toBeDefined());
    await eventually(async () => {
      const pod = await dns();
      expect(pod && isReady(pod)).toBe(true);
    }, 60_000);
  });

  test("a terminated instance takes its processes, pods and node with it", async () => {
    const before = await readyPods("web", 3);
    const victim = before.find(({ spec }) => spec?.nodeName === "i-0a") ?? before[0];
    const node = victim?.spec?.nodeName ?? "";
    cluster.terminate(node);
    await eventually(async () => {
      expect((await nodes()).map(({ metadata }) => metadata?.name)).not.toContain(node);
      const pods = await lab.kube.get<V1PodList>(`/api/v1/pods?fieldSelector=spec.nodeName%3D${node}`);
      expect(pods.items).toEqual([]);
    });
    await eventually(() => {
      const running = lab.processes.list().map(({ name }) => name);
      expect(running.filter((name) => name.includes(victim?.metadata?.name ?? "?"))).toEqual([]);
    });
    await answered(await url("web"), await readyPods("web", 3));
  });

  test("a new control-plane instance of a new version serves the API besides the old one", async () => {
    cluster.setVersion("1.35.0");
    cluster.launch("i-0new", "control-plane");
    await eventually(async () => {
      const node = (await nodes()).find(({ metadata }) => metadata?.name === "i-0new");
      expect(node?.status?.nodeInfo?.kubeletVersion).toBe("v1.35.0");
    });
    await eventually(() => expect(lab.controlPlaneUp.at(-1)).toEqual(["i-0cp", "i-0new"]));
    cluster.terminate("i-0cp");
    await eventually(() => expect(lab.controlPlaneUp.at(-1)).toEqual(["i-0new"]));
  });
});
