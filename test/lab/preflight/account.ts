import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeImagesCommand,
} from "@aws-sdk/client-ec2";
import type { AwsFacts, Intent } from "../../../preflight/facts.ts";
import type { CheckResult, Severity } from "../../../preflight/finding.ts";
import { mirrorShape, type MirrorShape } from "../../../preflight/mirror.ts";
import { runChecks } from "../../../preflight/run.ts";
import { awsFacts } from "../../../rehearsal/preflight/aws.ts";
import { awsClients } from "../../../rehearsal/preflight/clients.ts";
import { manifestsOf } from "../../../settings/manifests.ts";
import { exampleSettings } from "../../components/settings.ts";
import { factsOf } from "../../unit/preflight/facts.fixture.ts";
import { startEmulator, type Emulator } from "../aws/emulator.ts";
import { present } from "../aws/world.ts";

/** What was looked at, and what the checks say of it. */
export interface Seen {
  readonly checks: CheckResult[];
  readonly aws: AwsFacts;
}

/** An emulated account in which things are planted, and taken away again after each test. */
class Account {
  /** How to take away what a test has planted; the newest goes first. */
  readonly undo: (() => Promise<unknown>)[] = [];
  #emulator: Emulator | undefined;

  async open(): Promise<void> {
    this.#emulator = await startEmulator();
  }

  async clean(): Promise<void> {
    this.emulator.faults.clear();
    await this.emulator.aws.faultsApplied();
    for (const back of this.undo.splice(0).reverse()) await back();
  }

  async close(): Promise<void> {
    await this.#emulator?.stop();
  }

  get emulator(): Emulator {
    if (this.#emulator === undefined) throw new Error("the account was not opened");
    return this.#emulator;
  }

  /** Before the first request there is no log. */
  requests(): ReturnType<Emulator["requests"]> {
    return this.emulator.requests().catch(() => []);
  }

  /** What the checks say of the account; production and kops are sound. */
  async look(intent: Partial<Intent> = {}): Promise<Seen> {
    const clean = factsOf({ intent });
    const clients = awsClients("us-east-1", this.emulator.aws.endpoint);
    try {
      const aws = await awsFacts(clean.intent, clients);
      return { aws, checks: runChecks({ ...clean, aws }, new Date()) };
    } finally {
      clients.close();
    }
  }

  async anImage(): Promise<string> {
    const { ec2 } = this.emulator.clients;
    const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["099720109477"] }));
    return present(Images[0]?.ImageId, "ImageId");
  }

  async aVpc(CidrBlock: string): Promise<string> {
    const { ec2 } = this.emulator.clients;
    const VpcId = present((await ec2.send(new CreateVpcCommand({ CidrBlock }))).Vpc?.VpcId, "VpcId");
    this.undo.push(() => ec2.send(new DeleteVpcCommand({ VpcId })));
    return VpcId;
  }

  async aSubnet(VpcId: string, CidrBlock: string): Promise<string> {
    const { ec2 } = this.emulator.clients;
    const create = new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone: "us-east-1a" });
    const SubnetId = present((await ec2.send(create)).Subnet?.SubnetId, "SubnetId");
    this.undo.push(() => ec2.send(new DeleteSubnetCommand({ SubnetId })));
    return SubnetId;
  }
}

/** The one of this file's tests: an emulator takes longer to start than most of them. */
export const account = new Account();

/** Check, severity, and summary with evidence. */
export const findings = ({ checks }: { checks: CheckResult[] }): [string, Severity, string][] =>
  checks.flatMap(({ name, findings: found }) =>
    found.map(({ severity, summary, evidence }): [string, Severity, string] => [
      name,
      severity,
      [summary, ...evidence].join("\n"),
    ]),
  );

export const unchecked = ({ checks }: { checks: CheckResult[] }): string[] =>
  checks.flatMap((check) => check.unchecked.map(({ why }) => why));

export const mirror = (changes: Record<string, unknown>): { mirror: MirrorShape } => ({
  mirror: mirrorShape(manifestsOf(exampleSettings(changes))),
});
