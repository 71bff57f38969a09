import type { V1ContainerStatus, V1Pod, V1PodCondition, V1PodStatus } from "@kubernetes/client-node";

export interface PodState {
  readonly pod: V1Pod;
  readonly hostIp: string;
  /** Once the pod has an address. */
  readonly podIp?: string;
  readonly startTime: Date;
  readonly init: readonly V1ContainerStatus[];
  readonly containers: readonly V1ContainerStatus[];
  /** Whether every init container has done its work. */
  readonly initialized: boolean;
  /** The containers' exit codes when all have ended for good. */
  readonly exitCodes?: readonly number[];
}

/** The phase of a pod as a kubelet computes it. */
export function phaseOf({ containers, initialized, exitCodes }: PodState): string {
  if (exitCodes !== undefined) return exitCodes.every((code) => code === 0) ? "Succeeded" : "Failed";
  const everStarted = ({ state, lastState }: V1ContainerStatus) => !state?.waiting || lastState?.terminated;
  return initialized && containers.every(everStarted) ? "Running" : "Pending";
}

/** The status to patch; `now` dates the conditions that differ from those in the pod's own status. */
export function podStatus(state: PodState, now: Date): V1PodStatus {
  const { pod, hostIp, podIp, containers, initialized } = state;
  const phase = phaseOf(state);
  const containersReady = phase === "Running" && containers.every(({ ready }) => ready);
  const gates = (pod.spec?.readinessGates ?? []).every(
    ({ conditionType }) => pod.status?.conditions?.find(({ type }) => type === conditionType)?.status === "True",
  );
  const notReady = phase === "Succeeded" ? "PodCompleted" : phase === "Failed" ? "PodFailed" : "ContainersNotReady";
  const before = new Map((pod.status?.conditions ?? []).map((condition) => [condition.type, condition]));
  const condition = (type: string, holds: boolean, reason?: string): V1PodCondition => {
    const status = holds ? "True" : "False";
    const old = before.get(type);
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : now;
    return { type, status, lastTransitionTime, reason: holds ? undefined : reason };
  };
  const gateReason = containersReady ? "ReadinessGatesNotReady" : notReady;
  return {
    phase,
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(podIp === undefined ? {} : { podIP: podIp, podIPs: [{ ip: podIp }] }),
    startTime: state.startTime,
    conditions: [
      condition("PodReadyToStartContainers", podIp !== undefined),
      condition("Initialized", initialized, "ContainersNotInitialized"),
      condition("ContainersReady", containersReady, notReady),
      condition("Ready", containersReady && gates, gateReason),
      // Of static pods no scheduler says so.
      ...(before.has("PodScheduled") ? [] : [condition("PodScheduled", true)]),
    ],
    containerStatuses: [...containers],
    ...(state.init.length > 0 ? { initContainerStatuses: [...state.init] } : {}),
  };
}
