import { parse } from "semver";

/** Reads the version from what a tool prints about itself; undefined when it is not there. */
export type ParseVersion = (output: string) => string | undefined;

/** The first version behind `pattern`, without `v` and build metadata. */
function behind(pattern: RegExp): ParseVersion {
  return (output) => {
    const found = pattern.exec(output)?.[1];
    return (found && parse(found)?.version) ?? undefined;
  };
}

const semver = String.raw`v?(\d+\.\d+\.\d+[0-9A-Za-z.+-]*)`;

/** `v3.259.0` */
export const parsePulumi = behind(new RegExp(`^\\s*${semver}`, "m"));

/** `1.7.12` */
export const parseActionlint = parsePulumi;

/** `1.35.0`, or `1.35.0 (git-0123abc)`: the output of `kops version --short`; older ones say `Version 1.20.0`. */
export const parseKops = behind(new RegExp(`^\\s*(?:Client version: |Version )?${semver}`, "m"));

/** `k6 v1.8.1 (go1.26.8, linux/amd64)` */
export const parseK6 = behind(new RegExp(`^k6(?:\\.exe)? ${semver}`, "m"));

/** `Kubernetes v1.35.4` */
export const parseKubernetes = behind(new RegExp(`^Kubernetes ${semver}`, "m"));

/** `etcd Version: 3.6.16` */
export const parseEtcd = behind(new RegExp(`^etcd Version: ${semver}`, "m"));

/** The JSON of `kubectl version --client -o json`. */
export const parseKubectl = behind(new RegExp(`"clientVersion"[^}]*"gitVersion":\\s*"${semver}"`));
