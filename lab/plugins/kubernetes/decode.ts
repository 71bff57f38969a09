import { parseAllDocuments } from "yaml";
import { isObject, type Props, type Value } from "../provider/values.ts";
import { isNamespaced, merge } from "./objects.ts";

function flatten(value: Value): Props[] {
  if (!isObject(value)) return [];
  const { kind, items } = value;
  return typeof kind === "string" && kind.endsWith("List") && Array.isArray(items) ? items.flatMap(flatten) : [value];
}

/**
 * The objects of a YAML stream: empty documents are left out, lists are opened.
 *
 * @throws when a document is no YAML, with the place of the fault.
 */
export function decodeYaml(text: string, defaultNamespace: string | undefined): Props[] {
  const documents = parseAllDocuments(text);
  const values = (Array.isArray(documents) ? documents : []).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(`the manifest is not valid YAML: ${error.message}`, { cause: error });
    return document.toJS() as Value;
  });
  return values.flatMap(flatten).map((object) => {
    if (defaultNamespace === undefined || isNamespaced(object) !== true) return object;
    return merge({ metadata: { namespace: defaultNamespace } }, object);
  });
}
