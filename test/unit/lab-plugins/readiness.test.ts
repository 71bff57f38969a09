import { describe, expect, test } from "@jest/globals";
import { podProblems, podSelector } from "../../../lab/plugins/kubernetes/diagnosis.ts";
import { readiness, type Surroundings } from "../../../lab/plugins/kubernetes/readiness.ts";
import type { Props } from "../../../lab/plugins/provider/values.ts";

const object = (kind: string, spec: Props, status: Props, generation = 1): Props => ({
  kind,
  metadata: { name: "x", namespace: "n", generation },
  spec,
  status: { observedGeneration: 1, ...status },
});
const condition = (type: string, status: string, message = "") => ({ type, status, reason: "R", message });

const ready: [string, Props, Surroundings][] = [
  ["Deployment", object("Deployment", { replicas: 2 }, { replicas: 2, updatedReplicas: 2, availableReplicas: 2 }), {}],
  ["Deployment of nothing", object("Deployment", { replicas: 0 }, {}), {}],
  [
    "StatefulSet with a partition",
    object(
      "StatefulSet",
      { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
      { readyReplicas: 3, updatedReplicas: 1, currentRevision: "a", updateRevision: "b" },
    ),
    {},
  ],
  [
    "DaemonSet",
    object("DaemonSet", {}, { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 }),
    {},
  ],
  ["Job", object("Job", {}, { conditions: [condition("Complete", "True")] }), {}],
  ["suspended Job", object("Job", { suspend: true }, {}), {}],
  ["Pod", object("Pod", {}, { phase: "Running", conditions: [condition("Ready", "True")] }), {}],
  ["Pod that has done its work", object("Pod", {}, { phase: "Succeeded" }), {}],
  ["claim", object("PersistentVolumeClaim", {}, { phase: "Bound" }), {}],
  [
    "claim that waits for its user",
    object("PersistentVolumeClaim", {}, { phase: "Pending" }),
    { bindingMode: "WaitForFirstConsumer" },
  ],
  ["Service without selector", object("Service", {}, {}), {}],
  ["ExternalName Service", object("Service", { type: "ExternalName", selector: { a: "b" } }, {}), {}],
  [
    "LoadBalancer Service",
    object(
      "Service",
      { type: "LoadBalancer", selector: { a: "b" } },
      { loadBalancer: { ingress: [{ ip: "1.2.3.4" }] } },
    ),
    { endpointSlices: [{ endpoints: [{ conditions: { ready: false } }] }, { endpoints: [{ conditions: {} }] }] },
  ],
  ["Namespace", object("Namespace", {}, { phase: "Active" }), {}],
  ["kind that nothing is known of", object("ConfigMap", {}, {}), {}],
];

const waiting: [string, Props, Surroundings, RegExp][] = [
  ["unseen change", object("Deployment", {}, {}, 2), {}, /not seen/],
  [
    "new Deployment",
    object("Deployment", { replicas: 2 }, { replicas: 2, updatedReplicas: 1 }),
    {},
    /1 of 2 pods are of the new version/,
  ],
  [
    "Deployment with old pods",
    object("Deployment", { replicas: 2 }, { replicas: 3, updatedReplicas: 2, availableReplicas: 3 }),
    {},
    /1 pods of the old version/,
  ],
  [
    "stuck Deployment",
    object(
      "Deployment",
      { replicas: 1 },
      {
        replicas: 1,
        updatedReplicas: 1,
        conditions: [
          { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message: "no progress" },
        ],
      },
    ),
    {},
    /0 of 1 pods are available; no progress/,
  ],
  [
    "DaemonSet",
    object("DaemonSet", {}, { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 }),
    {},
    /1 of 2/,
  ],
  ["Job", object("Job", { completions: 3 }, { succeeded: 1, failed: 2 }), {}, /1 of 3 .*2 have failed/],
  [
    "Pod",
    object("Pod", {}, { phase: "Pending", conditions: [condition("PodScheduled", "False", "no nodes")] }),
    {},
    /Pending: no nodes/,
  ],
  [
    "claim",
    object("PersistentVolumeClaim", {}, { phase: "Pending" }),
    { bindingMode: "Immediate" },
    /Pending, not Bound/,
  ],
  ["LoadBalancer without address", object("Service", { type: "LoadBalancer" }, { loadBalancer: {} }), {}, /no address/],
  [
    "Service without ready pods",
    object("Service", { selector: { a: "b" } }, {}),
    { endpointSlices: [{ endpoints: [{ conditions: { ready: false } }] }] },
    /no pod behind it is ready/,
  ],
  [
    "definition",
    object("CustomResourceDefinition", {}, { conditions: [condition("Established", "False", "soon")] }),
    {},
    /not Established: soon/,
  ],
];

describe("readiness", () => {
  test.each(ready)("%s is ready", (_name, what, around) => expect(readiness(what, around)).toEqual({ state: "ready" }));

  test.each(waiting)("%s is waited for, and why is said", (_name, what, around, message) => {
    expect(readiness(what, around)).toEqual({ state: "waiting", message: expect.stringMatching(message) });
  });

  test("a failed Job or Pod and a lost claim end the waiting", () => {
    expect(readiness(object("Job", {}, { conditions: [condition("Failed", "True", "limit")] }))).toMatchObject({
      state: "failed",
      message: expect.stringContaining("limit"),
    });
    expect(readiness(object("Pod", {}, { phase: "Failed" })).state).toBe("failed");
    expect(readiness(object("PersistentVolumeClaim", {}, { phase: "Lost" })).state).toBe("failed");
  });
});

describe("what is wrong with pods", () => {
  const pod = (status: Props): Props => ({ metadata: { name: "p" }, status });

  test("an image that cannot be pulled, an end with an error, no node", () => {
    const problems = podProblems([
      pod({ containerStatuses: [{ name: "c", state: { waiting: { reason: "ErrImagePull", message: "not found" } } }] }),
      pod({ initContainerStatuses: [{ name: "i", state: { terminated: { exitCode: 2, reason: "Error" } } }] }),
      pod({ conditions: [condition("PodScheduled", "False", "0/3 nodes")] }),
    ]);
    expect(problems).toEqual([
      "pod p: container c: ErrImagePull: not found",
      "pod p: container i has ended: Error",
      "pod p: not scheduled: 0/3 nodes",
    ]);
  });

  test("nothing while containers are being created or run", () => {
    const states: Props[] = [
      { waiting: { reason: "ContainerCreating" } },
      { running: {} },
      { terminated: { exitCode: 0 } },
    ];
    expect(podProblems(states.map((state) => pod({ containerStatuses: [{ name: "c", state }] })))).toEqual([]);
  });

  test("pods are found by the labels of a workload or service", () => {
    expect(podSelector({ spec: { selector: { matchLabels: { a: "b", c: "d" } } } })).toBe("a=b,c=d");
    expect(podSelector({ spec: { selector: { a: "b" } } })).toBe("a=b");
    expect(podSelector({ spec: {} })).toBeUndefined();
  });
});
