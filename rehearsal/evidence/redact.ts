import { credentialForms } from "../../mirror/credential-forms.ts";

const hidden = "[removed]";

/** Forms of secrets that tell themselves apart, wherever they stand. */
const forms: readonly RegExp[] = [
  // PEM, also with its line ends escaped as in JSON; one that is cut off; and the same in base64, as kubeconfigs have it.
  /-----BEGIN [A-Z0-9 ]+-----(?:(?!-----BEGIN )[\s\S]){0,20000}?-----END [A-Z0-9 ]+-----/g,
  /-----BEGIN [A-Z0-9 ]+-----(?:(?:\s|\\[nr])+[A-Za-z0-9+/=]{10,})*/g,
  /LS0tLS1CRUdJTi[A-Za-z0-9+/=]+/g,
  // JSON web tokens, as service accounts have them.
  /\beyJ[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]*)?/g,
  ...credentialForms,
  // Signed requests to AWS, as tokens of EKS.
  /\bk8s-aws-v1\.[\w-]+/g,
  // Bootstrap tokens of Kubernetes.
  /\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g,
];

/** What a name ends with that says that its value is a secret. */
const secretName =
  "(?:password|passwd|passphrase|pwd|secret|(?:secret|private|access|encryption|master|api|signing)[-_]?(?:access[-_]?)?key|client-key-data|client-certificate-data|certificate-authority-data|signature|token|credentials?|dockerconfigjson|dockercfg|user[-_]?data)";
/** Whole names only, which keeps a long line from being looked through again for each of its letters. */
const name = `(?<![\\w.-])[\\w.-]{0,200}${secretName}`;
/** Quotes may be escaped, as in JSON that is itself a text. */
const quote = `\\\\*["']`;
const text = `(?:\\\\+"(?:[^"\\\\]|\\\\+[^"\\\\])*\\\\+"|"(?:[^"\\\\]|\\\\.)*"|'[^']*')`;

/** A value that is told by what stands before it; that stays, its quotes as well. */
const told: readonly RegExp[] = [
  // YAML: a text of several lines, deeper than its name, and one that goes to the end of its line.
  new RegExp(
    `^(([ \\t]*)(?:\\S.{0,200}?\\s)?["']?${name}["']?:[ \\t]*[|>][-+\\d]*[ \\t]*\\n)(?:(?:\\2[ \\t]+.*|[ \\t]*)(?:\\n|$))+`,
    "gim",
  ),
  new RegExp(`^([ \\t]*(?:- +)?["']?${name}["']?:[ \\t]+)(?![|>"'{[\\\\]).+$`, "gim"),
  // `name: value`, `name=value` and `"name": "value"`; also as URL parameters.
  new RegExp(`((?:${quote})?${name}(?:${quote})?\\s*[:=]\\s*)(?:${text}|[^\\s&"'}]+)`, "gi"),
  // A variable of a container: its name, then its value.
  new RegExp(
    `(\\bname(?:${quote})?\\s*[:=]\\s*(?:${quote})?${name}(?:${quote})?\\s*,?\\s*(?:${quote})?value(?:${quote})?\\s*[:=]\\s*)(?:${text}|[^\\s,}]+)`,
    "gi",
  ),
  // A flag, then its value; also as two elements of a list.
  new RegExp(`((?:^|\\s|["'])(?=--?\\w)${name}(?:${quote}\\s*,)?\\s+)(?!-)(?:${text}|[^\\s"']+)`, "gim"),
  // Registries, in docker's configuration.
  new RegExp(`(${quote}auth${quote}\\s*:\\s*)${text}`, "g"),
  /((?:^|\s)(?:-u|--user)\s+["']?[^\s:"']+:)[^\s"']+/gm,
  /(\b[a-z][a-z\d+.-]{0,20}:\/\/[^\s:/@"']{0,200}:)[^\s/@"']{1,500}(?=@)/gi,
  /(\bbearer\s+)(?=[^\s"']*\d)[\w.~+/=-]{8,}/gi,
  /(\bauthorization(?:\\*["'])?\s*[:=]\s*(?:\\*["'])?)(?:(?:bearer|basic|aws4-hmac-sha256)\s+)?[^\r\n"']+/gi,
];

/** Variables of our own environment whose values are secrets. Short values would hit ordinary words. */
const secretVariable = /SECRET|TOKEN|PASSWORD|PASSPHRASE|PRIVATE_KEY/i;
const shortestValue = 8;

/** The secrets of an environment, to be taken out wherever they appear. */
export function secretsOf(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(env)
    .filter(([name, value]) => secretVariable.test(name) && (value?.length ?? 0) >= shortestValue)
    .map(([, value]) => value!);
}

/** Text without secrets: keys, tokens, certificates, passwords, and the values that are known to be secret. */
export function redact(text: string, known: readonly string[] = []): string {
  let result = text;
  // The longest first: one may be a part of another.
  for (const secret of [...known].sort((a, b) => b.length - a.length)) result = result.replaceAll(secret, hidden);
  for (const form of forms) result = result.replace(form, hidden);
  for (const form of told)
    result = result.replace(form, (found: string, before: string) => {
      const quotes = /^\\*["']/.exec(found.slice(before.length))?.[0] ?? "";
      return `${before}${quotes}${hidden}${quotes}${/\n$/.test(found) ? "\n" : ""}`;
    });
  return result;
}

/** Kinds of objects that hold secrets as such: they are never kept. */
const secretKinds = new Set(["Secret", "SecretList", "ConfigMap", "ConfigMapList"]);

/**
 * An object of the API server without what may hold a secret: Secrets and ConfigMaps whole, values of environment
 * variables, and the annotation in which `kubectl apply` repeats the manifest. Bookkeeping (`managedFields`) goes as well.
 */
export function redactObject(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) {
    if (key === "env")
      return value.map((entry) => ({ name: (Object(entry) as { name?: unknown }).name, value: hidden }));
    return value.map((entry) => redactObject(entry)).filter((entry) => entry !== undefined);
  }
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  const object = value as Record<string, unknown>;
  if (typeof object["kind"] === "string" && "metadata" in object && secretKinds.has(object["kind"])) return undefined;
  const kept = Object.entries(object)
    .filter(([name]) => name !== "managedFields" && name !== "kubectl.kubernetes.io/last-applied-configuration")
    .map(([name, entry]) => [name, redactObject(entry, name)] as const);
  return Object.fromEntries(kept);
}
