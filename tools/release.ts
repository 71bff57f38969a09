import { chmod, mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { ChecksumError, findChecksum } from "./checksums.ts";
import type { ChecksumLock } from "./checksums.ts";
import type { Downloader } from "./network.ts";
import { platformName } from "./platform.ts";
import type { Platform } from "./platform.ts";
import type { Progress } from "./progress.ts";
import type { Pin, Release } from "./versions.ts";

export interface ReleaseContext {
  readonly downloader: Downloader;
  readonly lock: ChecksumLock;
  readonly platform: Platform;
  readonly progress: Progress;
}

/**
 * Downloads the official release of a tool into `folder` (which exists and is empty), verified against the publisher's
 * checksum and the one that the project remembers.
 *
 * @returns the program's path relative to `folder`
 * @throws {ChecksumError} when what came is not what the publisher promised
 * @throws {NoWayOutError | HttpError} when it cannot be had
 */
export async function downloadRelease(
  pin: Pin,
  release: Release,
  folder: string,
  context: ReleaseContext,
): Promise<string> {
  const { downloader, lock, progress } = context;
  const key = `${pin.name}/${pin.version}/${platformName(context.platform)}`;
  const fileName = path.posix.basename(new URL(release.url).pathname);
  const published = findChecksum(await downloader.text(release.checksumsUrl), fileName);
  if (published === undefined) {
    throw new ChecksumError(`${release.checksumsUrl} has no SHA-256 checksum for ${fileName}; nothing was installed`);
  }
  await lock.check(key, published, release.checksumsUrl);
  progress(`${pin.name}: downloading ${release.url}`);
  const download = path.join(folder, fileName);
  const actual = await downloader.file(release.url, download);
  if (actual !== published) {
    throw new ChecksumError(
      `${release.url} has the SHA-256 checksum ${actual}, but its publisher says ${published} (${release.checksumsUrl}). ` +
        "Nothing was installed. The download was damaged or tampered with: try again, on another network if it persists.",
    );
  }
  await lock.add(key, published, release.checksumsUrl);
  return unpack(pin, release, folder, download);
}

async function unpack(pin: Pin, release: Release, folder: string, download: string): Promise<string> {
  if (release.member === undefined) {
    const program = path.join(folder, "bin", pin.name);
    await mkdir(path.dirname(program));
    await rename(download, program);
    await chmod(program, 0o755);
  } else {
    // The whole archive: what a publisher puts beside a program may be needed by it, as Pulumi's language hosts are.
    // Zip archives are for macOS only, whose tar reads them.
    await execa("tar", ["-xf", download, "-C", folder], { timeout: 120_000 });
    await rm(download);
  }
  return release.member ?? path.posix.join("bin", pin.name);
}
