import type { Path } from "./path.ts";

const replacement = "REPLACED";

/** Things that are secrets whatever they open; the part to keep is in the first group. */
const shapes: readonly RegExp[] = [
  /(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(?=-----END)/g,
  /()(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])/g,
  /()(?<!\w)(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,})/g,
  /(https:\/\/hooks\.slack\.com\/services\/)[\w/]+/g,
  // A password in a URL: https://user:password@host
  /([a-z][a-z0-9+.-]*:\/\/)[^\s/:@]+:[^\s/@]+(?=@)/gi,
  // An assignment in a script or in a configuration file, but not a reference such as $TOKEN or a path.
  /((?<![a-z])(?:[a-z0-9]+[_-])*(?:password|passwd|passphrase|secret|secret[_-]?(?:access[_-])?key|token|api[_-]?key|licen[cs]e[_-]?key)["']?\s*[=:]\s*["']?)(?![$/<{"'\s]|(?:true|false|null|none)\b)[^\s"'&,;]{8,}/gi,
];

/** A text in which nothing that opens something is left. */
export function withoutCredentials(text: string): string {
  return shapes.reduce(
    (before, shape) =>
      before.replace(shape, (whole: string, kept: string) =>
        whole === `${kept}${replacement}` ? whole : `${kept}${replacement}`,
      ),
    text,
  );
}

const secretName = /(password|passwd|passphrase|secret|token|api_?key|licen[cs]e_?key|credential|private_?key)/i;

/** Whether a value is that of an environment variable which, by its name, is a secret. */
export function inEnvironment(path: Path, parent: Readonly<Record<string, unknown>>): boolean {
  const name = path.at(-1);
  if (path.at(-2) === "environment") return secretName.test(String(name));
  return path.at(-3) === "env" && name === "value" && secretName.test(String(parent["name"]));
}
