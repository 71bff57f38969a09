/** Where instances of one role go, as in `kops create cluster --control-plane-zones … --control-plane-count …`. */
export interface Placement {
  /** EC2 instance type. */
  readonly size: string;
  readonly zones: readonly string[];
  readonly count: number;
  /** Machine image; when absent kops takes the channel's for the cluster's version. */
  readonly image?: string | undefined;
}

/** An instance group before it becomes a manifest. */
export interface Group {
  readonly name: string;
  readonly role: "Master" | "Node";
  readonly zone: string;
  readonly size: number;
  readonly machineType: string;
  readonly image?: string | undefined;
}

/** One instance group for each control-plane instance, round-robin over the zones, named as kops names them. */
export function controlPlaneGroups({ zones, count, size, image }: Placement): Group[] {
  return Array.from({ length: count }, (_, i) => {
    const zone = zones[i % zones.length] ?? "";
    const ordinal = count > zones.length ? `-${1 + Math.floor(i / zones.length)}` : "";
    return { name: `control-plane-${zone}${ordinal}`, role: "Master", zone, size: 1, machineType: size, image };
  });
}

/** One instance group for each zone; the count is spread evenly, the first zones taking the rest. */
export function nodeGroups({ zones, count, size, image }: Placement): Group[] {
  return zones.map((zone, i) => ({
    name: `nodes-${zone}`,
    role: "Node",
    zone,
    size: Math.floor(count / zones.length) + (i < count % zones.length ? 1 : 0),
    machineType: size,
    image,
  }));
}

/** The names of etcd members: what is left of the groups' names without what they share. */
export function etcdMemberNames(groups: readonly Group[]): string[] {
  let names = groups.map((group) => group.name.replace(/^control-plane-/, ""));
  for (;;) {
    const first = names[0] ?? "";
    if (first.length <= 1 || !names.every((name) => name.startsWith(first.slice(0, 1)))) break;
    names = names.map((name) => name.slice(1));
  }
  return names.map((name) => (/^\d/.test(name) ? `etcd-${name}` : name));
}
