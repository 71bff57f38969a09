import { createHash } from "node:crypto";

/**
 * Look-alikes of AWS identifiers that belong to nobody: what refers to something of production's is as long and as well
 * formed as before and leads nowhere. The same original has the same look-alike; a look-alike is its own.
 */

/** AWS gives accounts numbers from 100000000000 on. */
export const nobodysAccount = "000000000000";

const hash = (text: string, length: number): string => createHash("sha256").update(text).digest("hex").slice(0, length);
const marker = "replaced-";

export function inertName(original: string): string {
  return original.startsWith(marker) ? original : `${marker}${hash(original, 8)}`;
}

/** `sg-0123456789abcdef0` becomes `sg-00000000` and nine digits. */
export function inertId(original: string): string {
  const [kind = "", number = ""] = [original.slice(0, original.lastIndexOf("-")), original.split("-").pop()];
  return number.startsWith("00000000") ? original : `${kind}-00000000${hash(original, 9)}`;
}

export function inertUuid(original: string): string {
  return original.startsWith("00000000-") ? original : `00000000-0000-4000-8000-${hash(original, 12)}`;
}

/** The service and the kind of resource stay, the account and the resource's name do not. */
export function inertArn(original: string): string {
  const [, partition = "aws", service = "", region = "", account = "", ...rest] = original.split(":");
  const resource = rest.join(":");
  if (account === "aws" || resource.includes(marker)) return original;
  // S3 has no account in its ARNs, and no kind of resource.
  if (account === "") return ["arn", partition, service, region, "", inertName(resource)].join(":");
  const kind = /^[\w-]+[/:]/.exec(resource)?.[0] ?? "";
  return ["arn", partition, service, region, nobodysAccount, `${kind}${inertName(resource)}`].join(":");
}
