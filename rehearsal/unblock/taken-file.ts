import { z } from "zod";
import { LineFile, readIfThere } from "../files.ts";
import { remedies, type Taken } from "./remedies.ts";

const takenSchema = z.object({ node: z.string(), remedy: z.enum(remedies), atMs: z.number() });

/**
 * What was done to which node, in a file of the run: at most once per node holds for whoever goes on after a kill, too.
 */
export class TakenFile {
  readonly #taken: Taken[];

  private constructor(
    private readonly path: string,
    taken: Taken[],
  ) {
    this.#taken = taken;
  }

  static async open(path: string): Promise<TakenFile> {
    const lines = ((await readIfThere(path)) ?? "").split("\n");
    // A line without an end was cut off, so that it was not begun.
    lines.pop();
    return new TakenFile(
      path,
      lines.map((line) => takenSchema.parse(JSON.parse(line))),
    );
  }

  get taken(): readonly Taken[] {
    return this.#taken;
  }

  /** Before it is tried: what fails, or is cut off, is not tried again. A disk that is full is no reason not to help. */
  add(taken: Taken): void {
    this.#taken.push(taken);
    try {
      const file = new LineFile(this.path, { sync: true });
      try {
        file.append(JSON.stringify(taken));
      } finally {
        file.close();
      }
    } catch {
      // Known for as long as this process lives.
    }
  }
}
