/** A machine that tools can be had for. */
export interface Platform {
  readonly os: "linux" | "darwin";
  readonly arch: "amd64" | "arm64";
}

/**
 * The platform of this machine, in Go's names.
 *
 * @throws when there are no tools for it
 */
export function currentPlatform(os: string = process.platform, arch: string = process.arch): Platform {
  const goArch = arch === "x64" ? "amd64" : arch;
  if ((os !== "linux" && os !== "darwin") || (goArch !== "amd64" && goArch !== "arm64")) {
    throw new Error(
      `No tools for ${os}/${arch}: they exist for Linux and macOS on x64 and arm64, and the lab runs on Linux only. ` +
        "On Windows, use WSL 2.",
    );
  }
  return { os, arch: goArch };
}

/** E.g. `linux-amd64`. */
export function platformName({ os, arch }: Platform): string {
  return `${os}-${arch}`;
}
