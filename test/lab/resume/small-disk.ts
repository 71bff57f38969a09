import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether this process may mount a file system; says so when it may not. */
export function mayMount(): boolean {
  const dir = mkdtempSync(join(tmpdir(), "mount-"));
  try {
    new SmallDisk(dir, 1).unmount();
    return true;
  } catch (error) {
    process.stderr.write(`no full disk is tried: ${(error as Error).message.split("\n").slice(0, 2).join(" ")}\n`);
    return false;
  } finally {
    rmdirSync(dir);
  }
}

/** A file system of its own in a folder, with room for little, so that it can be full without harm to anybody else. */
export class SmallDisk {
  readonly #ballast: string;

  constructor(
    private readonly dir: string,
    mebibytes: number,
  ) {
    this.#ballast = join(dir, "ballast");
    mkdirSync(dir, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${mebibytes}m`, "tmpfs", dir], { stdio: "pipe" });
  }

  /** From now on every write fails that needs more than what a file's last page has left. */
  fill(): void {
    const { bavail, bsize } = statfsSync(this.dir);
    try {
      writeFileSync(this.#ballast, Buffer.alloc((bavail + 1) * bsize));
    } catch (error) {
      // Whatever others write at the same time, all that was left is taken now.
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    }
  }

  makeRoom(): void {
    rmSync(this.#ballast);
  }

  unmount(): void {
    execFileSync("umount", [this.dir], { stdio: "pipe" });
  }
}
