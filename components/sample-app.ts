import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/kubernetes/provider.js";
import type { Tags } from "../ownership/tags.ts";
import type { Settings } from "../settings/parse.ts";
import { createWorkload, taggedAnnotations } from "./app-workload.ts";
import { KubernetesObject, objectName } from "./kubernetes-object.ts";
import type { KubernetesManifest } from "./kubernetes-object.ts";

export interface SampleAppArgs {
  readonly app: Settings["app"];
  /** Manifests of the user's own service instead of the sample app, see `rehearsal/app-manifests.ts`. Default: none. */
  readonly manifests?: readonly KubernetesManifest[];
  /** What is on the cluster besides and serves nothing, such as inert copies of what runs in production. Default: none. */
  readonly fixtures?: readonly KubernetesManifest[];
  /** Access to the cluster; secret. */
  readonly kubeconfig: pulumi.Input<string>;
  /** Another value means another cluster, on which all objects are new. */
  readonly clusterIdentity: pulumi.Input<string>;
  /** When this is deleted, the objects are gone with it and need not be deleted one by one. */
  readonly clusterOwner: pulumi.Resource;
  /** Of the load balancers that Kubernetes makes for Services. Default: none. */
  readonly tags?: pulumi.Input<Tags>;
}

/**
 * What serves the requests: the app that comes with the project, or the user's own manifests.
 *
 * @example new SampleApp("app", { app: settings.app, kubeconfig, clusterIdentity, clusterOwner })
 */
export class SampleApp extends pulumi.ComponentResource {
  /** Where requests go, e.g. `http://lb.example.com/hostname`. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: SampleAppArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kops-upgrade-rehearsal:components:SampleApp", name, {}, opts);
    const { app, manifests = [], fixtures = [], kubeconfig, clusterIdentity, clusterOwner, tags = {} } = args;

    const provider = new Provider(
      `${name}-provider`,
      // Without the identifier, a kubeconfig with a fresh credential would replace everything on the cluster.
      // Objects that a run which was killed had created and could not record are taken over.
      {
        kubeconfig,
        clusterIdentifier: clusterIdentity,
        deleteUnreachable: true,
        upsertExistingObjects: true,
        // What a chart renders names no namespace where it means the release's.
        ...(app.chart === undefined ? {} : { namespace: app.namespace }),
      },
      { parent: this },
    );
    const objectOptions = { parent: this, provider, deletedWith: clusterOwner };
    const url =
      manifests.length > 0
        ? this.#deployManifests(name, app, tagged(manifests, tags), objectOptions)
        : createWorkload(name, app, tags, objectOptions).status.apply((status) =>
            serviceUrl(status, app.port, app.path),
          );
    const others = this.#create(`${name}-fixture`, fixtures, objectOptions);
    // Whoever has the URL may begin, so it is only given when all is there.
    this.url = pulumi.all([url, pulumi.all(others.map(({ object }) => object.id))]).apply(([address]) => address);
    this.registerOutputs({ url: this.url });
  }

  #deployManifests(
    name: string,
    app: Settings["app"],
    manifests: readonly KubernetesManifest[],
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Output<string> {
    const rest = this.#create(name, manifests, opts);
    const target = app.service ?? "";
    const all = pulumi.all(rest.map(({ object }) => object.id));
    if (/^https?:/.test(target)) return all.apply(() => target);
    const ownNamespace = app.chart === undefined ? "default" : app.namespace;
    const service = rest.find(
      ({ manifest: { kind, metadata } }) =>
        kind === "Service" && `${metadata?.namespace ?? ownNamespace}/${metadata?.name}` === target,
    );
    if (!service) {
      const there = rest
        .filter(({ manifest }) => manifest.kind === "Service")
        .map(({ manifest: { metadata } }) => metadata);
      const names = there.map((it) => `${it?.namespace ?? ownNamespace}/${it?.name}`).join(", ") || "none";
      throw new Error(
        `app.service: there is no Service ${target} among the app's manifests; those there are: ${names}`,
      );
    }
    return pulumi.all([service.object.status, all]).apply(([status]) => serviceUrl(status, app.port, app.path));
  }

  /** Namespaces and definitions go first; the others, which wait for them, are returned. */
  #create(
    name: string,
    manifests: readonly KubernetesManifest[],
    opts: pulumi.CustomResourceOptions,
  ): { readonly manifest: KubernetesManifest; readonly object: KubernetesObject }[] {
    const isFirst = ({ kind }: { kind: string }) => ["Namespace", "CustomResourceDefinition"].includes(kind);
    const create = (some: readonly KubernetesManifest[], dependsOn: pulumi.Resource[]) =>
      some.map((manifest) => ({
        manifest,
        object: new KubernetesObject(`${name}-${objectName(manifest)}`, manifest, { ...opts, dependsOn }),
      }));
    const first = create(manifests.filter(isFirst), []);
    return create(
      manifests.filter((manifest) => !isFirst(manifest)),
      first.map(({ object }) => object),
    );
  }
}

/** The manifests, with the annotation that gives load balancers of Services their tags. */
function tagged(manifests: readonly KubernetesManifest[], tags: pulumi.Input<Tags>): KubernetesManifest[] {
  return manifests.map((manifest) => {
    if (manifest.kind !== "Service" || (Object(manifest["spec"]) as { type?: unknown }).type !== "LoadBalancer")
      return manifest;
    const { annotations } = Object(manifest.metadata) as { annotations?: Record<string, string> };
    return { ...manifest, metadata: { ...manifest.metadata, annotations: taggedAnnotations(annotations, tags) } };
  });
}

/**
 * Where a Service of type LoadBalancer is reached.
 *
 * @throws Error when it has no address
 */
export function serviceUrl(status: unknown, port: number, path: string): string {
  const { loadBalancer } = Object(status) as {
    loadBalancer?: { ingress?: readonly { hostname?: string; ip?: string }[] };
  };
  const { hostname, ip } = loadBalancer?.ingress?.[0] ?? {};
  const host = hostname || ip;
  if (!host) {
    throw new Error(
      "The app's Service has no load balancer address; next: kubectl describe service -A, see its events",
    );
  }
  return `http://${host}${port === 80 ? "" : `:${port}`}${path}`;
}
