import path from "node:path";
import { ChecksumLock } from "./checksums.ts";
import { Downloader } from "./network.ts";
import { PathSearch } from "./on-path.ts";
import { cacheRoot, toolsSource } from "./paths.ts";
import { currentPlatform } from "./platform.ts";
import type { Platform } from "./platform.ts";
import { requireGo } from "./prerequisites.ts";
import type { Progress } from "./progress.ts";
import { pins } from "./versions.ts";
import type { Pin } from "./versions.ts";

/** The ways to have a tool, in the order in which they are tried. */
export const allWays = ["path", "cache", "release", "build"] as const;
export type Way = (typeof allWays)[number];

/** Everything that resolving depends on, so that tests can replace it. */
export interface Environment {
  readonly root: string;
  readonly platform: Platform;
  readonly pins: readonly Pin[];
  readonly ways: ReadonlySet<Way>;
  readonly search: PathSearch;
  readonly downloader: Downloader;
  readonly lock: ChecksumLock;
  readonly modules: string;
  readonly findGo: () => Promise<string>;
  readonly progress: Progress;
  /** Folders that were installed in this run: good even when what was there before is not wanted. */
  readonly fresh: Set<string>;
}

export function defaultEnvironment(progress: Progress): Environment {
  const root = cacheRoot();
  return {
    root,
    platform: currentPlatform(),
    pins,
    ways: parseWays(process.env.REHEARSAL_TOOLS_WAY),
    search: new PathSearch(root),
    downloader: new Downloader(),
    lock: new ChecksumLock(path.join(toolsSource, "checksums.lock.json")),
    modules: path.join(toolsSource, "go"),
    findGo: requireGo,
    progress,
    fresh: new Set(),
  };
}

/**
 * The ways that `REHEARSAL_TOOLS_WAY` allows: a comma-separated part of `path,cache,release,build`; all when unset.
 *
 * @throws when it names something else
 */
export function parseWays(value: string | undefined): Set<Way> {
  if (!value) return new Set(allWays);
  return new Set(
    value.split(",").map((name) => {
      const way = allWays.find((known) => known === name.trim());
      if (!way) {
        throw new Error(
          `REHEARSAL_TOOLS_WAY=${value}: there is no way "${name.trim()}"; allowed are ${allWays.join(", ")}, ` +
            "for example REHEARSAL_TOOLS_WAY=cache,build",
        );
      }
      return way;
    }),
  );
}
