import type { Found } from "../../ownership/found.ts";
import { ownershipOf } from "../../ownership/tags.ts";
import { messageOf, RehearsalError } from "../errors.ts";
import type { Clients } from "./clients.ts";
import type { Service } from "./service.ts";
import { autoScaling } from "./services/auto-scaling.ts";
import { ec2 } from "./services/ec2.ts";
import { iam } from "./services/iam.ts";
import { loadBalancers } from "./services/load-balancers.ts";
import { messages } from "./services/messages.ts";
import { recordsOf, route53 } from "./services/route53.ts";
import { s3 } from "./services/s3.ts";

export const services: Readonly<Record<string, Service>> = {
  "Auto Scaling": autoScaling,
  EC2: ec2,
  "Elastic Load Balancing": loadBalancers,
  "EventBridge and SQS": messages,
  IAM: iam,
  "Route 53": route53,
  S3: s3,
};

/**
 * All that carries the tag of a mirror's owner, in every service that a mirror has something in: in one region, and in
 * the services that have none.
 *
 * @throws RehearsalError when a service does not let look: what may not be seen must not look like nothing
 */
export async function findMarked(clients: Clients): Promise<Found[]> {
  const marked: Found[] = [];
  for (const [name, { find }] of Object.entries(services)) {
    const found = await asked(name, () => find(clients));
    marked.push(...found.filter(({ tags }) => ownershipOf(tags) !== undefined));
  }
  return [...marked, ...(await asked("Route 53", () => recordsOf(clients, marked)))];
}

async function asked<T>(service: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new RehearsalError(`${service} did not list what there is; nothing was deleted.`, {
      details: [messageOf(cause).split("\n")[0] ?? ""],
      next: "check credentials and permissions (docs/ownership.md lists what a sweep needs), then run it again",
      cause,
    });
  }
}
