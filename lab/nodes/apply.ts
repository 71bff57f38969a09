import type { V1APIResourceList } from "@kubernetes/client-node";
import type { ManifestObject } from "./addon-channel.ts";
import type { Kube } from "./kube.ts";

/** Applies objects of any kind on the server's side, as `kops` does; asks for each API group once. */
export class Applier {
  readonly #groups = new Map<string, Promise<V1APIResourceList>>();

  constructor(
    private readonly kube: Kube,
    private readonly fieldManager: string,
  ) {}

  async apply(object: ManifestObject): Promise<void> {
    const { name } = object.metadata;
    const path = `${await this.#collection(object)}/${encodeURIComponent(name)}`;
    const query = new URLSearchParams({ fieldManager: this.fieldManager, force: "true" });
    await this.kube.patch(`${path}?${query.toString()}`, object, "apply");
  }

  async #collection({ apiVersion, kind, metadata }: ManifestObject): Promise<string> {
    const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const resources = this.#groups.get(base) ?? this.kube.get<V1APIResourceList>(base);
    this.#groups.set(base, resources);
    try {
      const found = (await resources).resources.find((r) => r.kind === kind && !r.name.includes("/"));
      if (found === undefined) throw new Error(`the API server has no kind ${kind} in ${apiVersion}`);
      return found.namespaced
        ? `${base}/namespaces/${metadata.namespace ?? "default"}/${found.name}`
        : `${base}/${found.name}`;
    } catch (error) {
      // A custom resource's kind may be there the next time.
      this.#groups.delete(base);
      throw error;
    }
  }
}
