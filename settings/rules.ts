import { durationMs } from "../analysis/duration.ts";
import { limits } from "../analysis/limits.ts";
import { contains, overlaps, parseCidr, subnetBits } from "../kops/cidr.ts";
import { podRange } from "../kops/networking.ts";
import { upgradeProblem, versionProblem } from "../kops/versions.ts";
import { nonMasqueradeCidr } from "../mirror/rules/network.ts";
import { clashes } from "../preflight/production.ts";
import { accessProblems } from "./access.ts";
import { appSourceProblems } from "./app-source.ts";
import { generatorProblems } from "./load-generators.ts";
import type { Surroundings } from "./parse.ts";
import { priceLists } from "./prices.ts";
import { resolveChannel, resolvePath } from "./paths.ts";
import type { Problem } from "./problems.ts";
import type { ParsedSettings } from "./schema.ts";

type Parsed = Readonly<Partial<ParsedSettings>>;

/** What each setting cannot know by itself. A rule whose settings are missing or wrong themselves says nothing. */
export function crossFieldProblems(settings: Parsed, env: Surroundings): Problem[] {
  return [
    ...regionAndZones(settings, env),
    ...versions(settings),
    ...controlPlane(settings),
    ...network(settings, env),
    ...dns(settings),
    ...neverProduction(settings),
    ...production(settings),
    ...files(settings, env),
    ...loadAndApp(settings),
    ...generatorProblems(settings, env),
    ...search(settings),
    ...accessProblems(settings),
    ...tags(settings),
  ];
}

function regionAndZones({ controlPlane, nodes }: Parsed, { region }: Surroundings): Problem[] {
  if (!region) {
    return [problem("aws:region", undefined, "is missing, and so is the environment variable AWS_REGION")];
  }
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) return [problem("aws:region", region, "is not a region")];
  const lists = { "controlPlane.zones": controlPlane?.zones ?? [], "nodes.zones": nodes?.zones ?? [] };
  return Object.entries(lists).flatMap(([path, zones]) => [
    ...zones.filter((zone) => zone.slice(0, -1) !== region).map((zone) => problem(path, zone, `is not in ${region}`)),
    ...zones.filter((zone, i) => zones.indexOf(zone) !== i).map((zone) => problem(path, zone, "is there twice")),
    ...(zones.length > 8 ? [problem(path, zones, "are more than the 8 that kops cuts a network for")] : []),
  ]);
}

function versions({ kubernetesVersion: from, targetVersion: to }: Parsed): Problem[] {
  const problems = Object.entries({ kubernetesVersion: from, targetVersion: to }).flatMap(([name, version]) => {
    const what = version === undefined ? undefined : versionProblem(version);
    return what ? [problem(name, version, what)] : [];
  });
  // Steps are judged between versions that exist.
  const step = from && to && problems.length === 0 ? upgradeProblem(from, to) : undefined;
  return step ? [problem("targetVersion", to, step)] : problems;
}

function controlPlane({ controlPlane: group }: Parsed): Problem[] {
  if (!group) return [];
  const count = group.count ?? group.zones.length;
  const at = group.count === undefined ? "controlPlane.zones" : "controlPlane.count";
  const value = group.count ?? group.zones;
  return [
    ...(count % 2 === 0 ? [problem(at, value, `makes ${count} control-plane instances, an even number`)] : []),
    ...(count < group.zones.length ? [problem(at, value, `is less than the ${group.zones.length} zones`)] : []),
  ];
}

function network(settings: Parsed, env: Surroundings): Problem[] {
  const { network: net, controlPlane, nodes, production } = settings;
  if (!net) return [];
  const range = parseCidr(net.cidr);
  if (!range) return [problem("network.cidr", net.cidr, "is not an IPv4 CIDR with its host bits zero")];
  const problems: Problem[] = [];
  if (range.prefix < 16 || range.prefix > 28) problems.push(problem("network.cidr", net.cidr, "is no size for a VPC"));
  const zones = new Set([...(controlPlane?.zones ?? []), ...(nodes?.zones ?? [])]);
  if (range.prefix + subnetBits(zones.size) > 28 && range.prefix <= 28 && !net.subnets) {
    problems.push(problem("network.cidr", net.cidr, `is too small for the subnets of ${zones.size} zones`));
  }
  const pods = podsOf(settings, env);
  const podNetwork = pods === undefined ? undefined : parseCidr(pods);
  if (podNetwork && overlaps(range, podNetwork)) {
    problems.push(problem("network.cidr", net.cidr, `overlaps ${pods}, where the pods and services are`));
  }
  for (const cidr of production?.networkCidrs ?? []) {
    const other = parseCidr(cidr);
    if (!other) problems.push(problem("production.networkCidrs", cidr, "is not an IPv4 CIDR with its host bits zero"));
  }
  return [...problems, ...subnets(net, zones)];
}

/** Where pods and services are; undefined where they have addresses of the VPC itself. */
function podsOf({ networking, production }: Parsed, env: Surroundings): string | undefined {
  if (env.production === undefined || env.production instanceof Error)
    return networking === "amazonvpc" ? undefined : podRange;
  const range = nonMasqueradeCidr(env.production);
  const [own, pods] = [production?.networkCidrs[0] ?? "", range ?? ""].map((cidr) => parseCidr(cidr));
  return own && pods && overlaps(own, pods) ? undefined : range;
}

function subnets(net: NonNullable<Parsed["network"]>, zones: ReadonlySet<string>): Problem[] {
  if (!net.subnets) return [];
  const range = parseCidr(net.cidr);
  const entries = Object.entries(net.subnets);
  const missing = [...zones].filter((zone) => !(zone in (net.subnets ?? {})));
  return [
    ...missing.map((zone) => problem("network.subnets", net.subnets, `have none for ${zone}`)),
    ...entries.flatMap(([zone, cidr], i) => {
      const subnet = parseCidr(cidr);
      const path = `network.subnets.${zone}`;
      if (!subnet) return [problem(path, cidr, "is not an IPv4 CIDR with its host bits zero")];
      if (range && !contains(range, subnet)) return [problem(path, cidr, `is not inside of ${net.cidr}`)];
      const clash = entries.slice(0, i).find(([, other]) => {
        const parsed = parseCidr(other);
        return parsed && overlaps(parsed, subnet);
      });
      return clash ? [problem(path, cidr, `overlaps ${clash[1]} of ${clash[0]}`)] : [];
    }),
  ];
}

function dns({ dns: zone, clusterName }: Parsed): Problem[] {
  if (!zone) return [];
  const problems: Problem[] = [];
  if (zone.mode !== "none" && !zone.zone)
    problems.push(problem("dns.zone", undefined, `is missing; mode ${zone.mode} needs it`));
  if (zone.zone && zone.mode !== "none" && clusterName && !clusterName.endsWith(`.${zone.zone}`)) {
    problems.push(problem("clusterName", clusterName, `is not under the hosted zone ${zone.zone}`));
  }
  if (zone.parentZone && zone.mode !== "new") {
    problems.push(problem("dns.parentZone", zone.parentZone, `means nothing with mode ${zone.mode}`));
  }
  if (zone.parentZone && zone.zone && !zone.zone.endsWith(`.${zone.parentZone}`)) {
    problems.push(problem("dns.parentZone", zone.parentZone, `is not above ${zone.zone}`));
  }
  return problems;
}

/** Without a source somebody has to say what is known of production. */
function production({ production: given, waivers, discoveryStore }: Parsed): Problem[] {
  if (!given || given.source !== undefined) return [];
  const means = "means nothing without production.source";
  return [
    ...(given.clusterName === undefined ? [problem("production.clusterName", undefined, "is missing")] : []),
    ...(given.nodes === undefined ? [problem("production.nodes", undefined, "is missing")] : []),
    ...(given.scale === 1 ? [] : [problem("production.scale", given.scale, means)]),
    ...(given.minimum === 1 ? [] : [problem("production.minimum", given.minimum, means)]),
    ...(given.profile === undefined ? [] : [problem("production.profile", given.profile, means)]),
    ...(given.region === undefined ? [] : [problem("production.region", given.region, means)]),
    ...(waivers?.length ? [problem("waivers", waivers, means)] : []),
    ...(discoveryStore === undefined ? [] : [problem("discoveryStore", discoveryStore, means)]),
  ];
}

function neverProduction({ production, clusterName, stateStore, dns: zone, network: net, tags }: Parsed): Problem[] {
  // Without a name, and where its source could not be read, there is nothing to compare by name.
  const { clusterName: name = "", ...rest } = production ?? {};
  const mirror = {
    clusterName,
    stateStore,
    zone: zone?.mode === "none" ? undefined : zone?.zone,
    networkId: net?.id,
    networkCidr: net?.cidr,
    tags,
  };
  return clashes(mirror, { ...rest, clusterName: name }).map(({ setting, value, what }) =>
    problem(setting, value, what),
  );
}

function files({ sshPublicKey, channel, app, prices, production }: Parsed, env: Surroundings): Problem[] {
  const problems: Problem[] = [];
  const fixtures = production?.fixtures;
  if (fixtures !== undefined && env.readFile(resolvePath(fixtures, env)) === undefined)
    problems.push(problem("production.fixtures", fixtures, "cannot be read"));
  const priceProblem = prices === undefined ? undefined : priceLists(prices, env).problem;
  if (priceProblem !== undefined) problems.push(problem("prices", prices, priceProblem));
  if (sshPublicKey !== undefined) {
    const key = env.readFile(resolvePath(sshPublicKey, env));
    if (key === undefined) problems.push(problem("sshPublicKey", sshPublicKey, "cannot be read"));
    else if (!/^(ssh|ecdsa|sk)-\S+ \S+/.test(key.trim())) {
      problems.push(problem("sshPublicKey", sshPublicKey, "is not a public SSH key"));
    }
  }
  if (app) problems.push(...appSourceProblems(app, env));
  if (channel !== undefined) {
    const url = resolveChannel(channel, env.projectDir);
    if (url.startsWith("file://") && env.readFile(new URL(url).pathname) === undefined) {
      problems.push(problem("channel", channel, "cannot be read"));
    } else if (!url.includes("://") && url !== "stable" && url !== "alpha") {
      problems.push(problem("channel", channel, "is not a kops channel"));
    }
  }
  return problems;
}

function loadAndApp({ load, app }: Parsed): Problem[] {
  const problems: Problem[] = [];
  if (load) problems.push(...tooShort(load));
  if (load?.expectBody !== undefined && !isPattern(load.expectBody)) {
    problems.push(problem("load.expectBody", load.expectBody, "is not a regular expression"));
  }
  if (app && app.preStopSeconds >= app.terminationGraceSeconds) {
    problems.push(
      problem("app.preStopSeconds", app.preStopSeconds, `is not below ${app.terminationGraceSeconds} s of grace`),
    );
  }
  return problems;
}

/** A baseline that is bound to prove nothing is not worth the hours that the rehearsal takes. */
function tooShort({ rate, durationSeconds, warmupSeconds, requests }: NonNullable<Parsed["load"]>): Problem[] {
  const least = `no verdict can be made of fewer than ${limits.minRequests}`;
  if (requests !== undefined)
    return requests < limits.minRequests ? [problem("load.requests", requests, `is too few: ${least}`)] : [];
  const left = durationSeconds - warmupSeconds;
  if (left < limits.minWindows) {
    const rest = left <= 0 ? "nothing" : `${left} s`;
    const what = `leaves ${rest} after ${warmupSeconds} s of warm-up, at least ${limits.minWindows} s are needed`;
    return [problem("load.durationSeconds", durationSeconds, what)];
  }
  const judged = Math.floor(rate * left);
  return judged < limits.minRequests
    ? [problem("load.rate", rate, `gives ${judged} requests in the ${left} s after the warm-up: ${least}`)]
    : [];
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

/** A search goes from the quickest to the gentlest; the first roll is paced by the intervals themselves. */
function search({ intervals }: Parsed): Problem[] {
  const problems: Problem[] = [];
  const ladders = intervals?.search;
  if (ladders !== undefined) {
    const rises = (values: readonly number[]): boolean => values.every((value, i) => i === 0 || value > values[i - 1]!);
    for (const name of ["intervals", "postDrainDelays"] as const) {
      if (!rises(ladders[name].map(durationMs)))
        problems.push(problem(`intervals.search.${name}`, ladders[name], "do not rise"));
    }
    if (!rises(ladders.maxSurges))
      problems.push(problem("intervals.search.maxSurges", ladders.maxSurges, "do not rise"));
  }
  return problems;
}

/** kops finds its own resources by these. */
function tags({ tags: given = {} }: Parsed): Problem[] {
  return ["Name", "KubernetesCluster"]
    .filter((name) => Object.hasOwn(given, name))
    .map((name) => problem(`tags.${name}`, given[name], "is a tag of kops' own"));
}

function problem(path: string, value: unknown, what: string): Problem {
  return { path: path.split("."), value, what };
}
