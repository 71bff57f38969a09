import { stripVTControlCharacters } from "node:util";
import { EC2Client, GetConsoleOutputCommand } from "@aws-sdk/client-ec2";
import type { NewEvent } from "../event-log.ts";
import { redact, secretsOf } from "../evidence/redact.ts";
import type { InstanceSight } from "./instance-events.ts";

/** So many lines at the end of a console are told; all of it is in the evidence of a failure. */
const mostLines = 5;
const longestLine = 240;

/** The console of an instance so far; empty while AWS has none. */
export type AskConsole = (instance: string, abortSignal: AbortSignal) => Promise<string>;

/** Asks AWS; needs ec2:GetConsoleOutput. Only instances of newer types give what they wrote in the last minutes. */
function asker(ec2: EC2Client): AskConsole {
  return async (InstanceId, abortSignal) => {
    const ask = async (Latest: boolean): Promise<string> => {
      const { Output = "" } = await ec2.send(new GetConsoleOutputCommand({ InstanceId, Latest }), { abortSignal });
      return Buffer.from(Output, "base64").toString("utf8");
    };
    return await ask(true).catch((error: unknown) => {
      if (error instanceof Error && error.name === "UnsupportedOperation") return ask(false);
      throw error;
    });
  };
}

/** The last lines that say something, without what a terminal does with them and without secrets: `a | b | c`. */
export function lastLines(console: string, known: readonly string[] = []): string {
  return stripVTControlCharacters(redact(console, known))
    .replaceAll(/[^\n\P{C}]/gu, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(-mostLines)
    .map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line))
    .join(" | ");
}

/** Tells how the consoles of instances end that do not become nodes, of each once. */
export class Consoles {
  readonly #ec2: EC2Client | undefined;
  readonly #ask: AskConsole;
  readonly #told = new Set<string>();

  constructor(
    region: string,
    private readonly emit: (event: NewEvent) => void,
    ask?: AskConsole,
  ) {
    this.#ec2 = ask === undefined ? new EC2Client({ region, maxAttempts: 2 }) : undefined;
    this.#ask = ask ?? asker(this.#ec2!);
  }

  /** @param instances that should have joined by now */
  async tell(instances: readonly Pick<InstanceSight, "id">[], abortSignal: AbortSignal): Promise<void> {
    for (const { id } of instances) {
      if (this.#told.has(id)) continue;
      const lines = lastLines(await this.#ask(id, abortSignal), secretsOf(process.env));
      // AWS may have it some minutes later.
      if (lines === "") continue;
      this.#told.add(id);
      this.emit({
        kind: "console",
        node: id,
        instance: id,
        message: `the console of instance ${id} ends with: ${lines}`,
      });
    }
  }

  close(): void {
    this.#ec2?.destroy();
  }
}
