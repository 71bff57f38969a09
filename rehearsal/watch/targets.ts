import {
  DescribeInstanceHealthCommand,
  DescribeLoadBalancersCommand as DescribeClassicCommand,
  ElasticLoadBalancingClient,
} from "@aws-sdk/client-elastic-load-balancing";
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { NewEvent } from "../event-log.ts";
import type { Look } from "./poller.ts";
import { byTarget, targetEvents, type TargetSight } from "./target-events.ts";

const everyMs = 5_000;

/**
 * Looks at the targets of AWS's load balancer (network, application or classic) with this host name: when one stops or
 * begins to get requests, it is told. Needs elasticloadbalancing:DescribeLoadBalancers, DescribeTargetGroups,
 * DescribeTargetHealth and, for a classic one, DescribeInstanceHealth.
 *
 * @param podAt pod and node at an address, for targets that are addresses
 */
export function targetLook(
  options: { readonly host: string; readonly region: string },
  emit: (event: NewEvent) => void,
  podAt?: Parameters<typeof targetEvents>[3],
): { look: Look; readonly close: () => void } {
  const client = { region: options.region, maxAttempts: 2 };
  const modern = new ElasticLoadBalancingV2Client(client);
  const classic = new ElasticLoadBalancingClient(client);
  let source: ((signal: AbortSignal) => Promise<TargetSight[]>) | undefined;
  let name = options.host;
  let seen: Map<string, TargetSight> | undefined;
  const look = async (signal: AbortSignal): Promise<void> => {
    if (source === undefined) {
      const found =
        (await modernBalancer(modern, options.host, signal)) ?? (await classicBalancer(classic, options.host, signal));
      if (found === undefined) throw new Error(`no load balancer in ${options.region} has this host name`);
      ({ name, targets: source } = found);
    }
    const sights = byTarget(await source(signal));
    const events = seen === undefined ? [] : targetEvents(name, seen, sights, podAt);
    seen = sights;
    for (const event of events) emit(event);
  };
  return {
    look: { what: `the targets of load balancer ${options.host}`, everyMs, look },
    close: () => {
      modern.destroy();
      classic.destroy();
    },
  };
}

interface Balancer {
  readonly name: string;
  readonly targets: (signal: AbortSignal) => Promise<TargetSight[]>;
}

async function modernBalancer(
  client: ElasticLoadBalancingV2Client,
  host: string,
  abortSignal: AbortSignal,
): Promise<Balancer | undefined> {
  let Marker: string | undefined;
  do {
    const page = await client.send(new DescribeLoadBalancersCommand({ Marker }), { abortSignal });
    const found = page.LoadBalancers?.find(({ DNSName }) => DNSName?.toLowerCase() === host);
    if (found !== undefined)
      return {
        name: found.LoadBalancerName ?? host,
        targets: (signal) => targetsOf(client, found.LoadBalancerArn ?? "", signal),
      };
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  return undefined;
}

async function targetsOf(
  client: ElasticLoadBalancingV2Client,
  LoadBalancerArn: string,
  abortSignal: AbortSignal,
): Promise<TargetSight[]> {
  const { TargetGroups = [] } = await client.send(new DescribeTargetGroupsCommand({ LoadBalancerArn }), {
    abortSignal,
  });
  const sights: TargetSight[] = [];
  for (const { TargetGroupArn } of TargetGroups) {
    const command = new DescribeTargetHealthCommand({ TargetGroupArn });
    const { TargetHealthDescriptions = [] } = await client.send(command, { abortSignal });
    for (const { Target, TargetHealth } of TargetHealthDescriptions)
      sights.push({
        id: Target?.Id ?? "",
        state: TargetHealth?.State ?? "",
        reason: TargetHealth?.Description ?? TargetHealth?.Reason ?? "",
      });
  }
  return sights;
}

async function classicBalancer(
  client: ElasticLoadBalancingClient,
  host: string,
  abortSignal: AbortSignal,
): Promise<Balancer | undefined> {
  let Marker: string | undefined;
  do {
    const page = await client.send(new DescribeClassicCommand({ Marker }), { abortSignal });
    const found = page.LoadBalancerDescriptions?.find(({ DNSName }) => DNSName?.toLowerCase() === host);
    if (found !== undefined) {
      const LoadBalancerName = found.LoadBalancerName ?? "";
      return {
        name: LoadBalancerName,
        targets: async (signal) => {
          const command = new DescribeInstanceHealthCommand({ LoadBalancerName });
          const { InstanceStates = [] } = await client.send(command, { abortSignal: signal });
          return InstanceStates.map(({ InstanceId = "", State = "", Description = "" }) => ({
            id: InstanceId,
            state: State,
            reason: Description === "N/A" ? "" : Description,
          }));
        },
      };
    }
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  return undefined;
}
