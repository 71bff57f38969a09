import { credentialForms } from "./credential-forms.ts";
import type { Path } from "./path.ts";

const replacement = "REPLACED";

/** A reference such as `$TOKEN` or `{{ .token }}`, a path, a switch: nothing that opens anything by itself. */
const opensNothing = String.raw`(?![-=$/<{\x60"'\\\s]|(?:true|false|null|none|yes|no)\b)`;
/** Brackets at the end are those of the object that the value is in. */
const bare = String.raw`[^\s"'\x60&,;\\]*[^\s"'\x60&,;\\})\]]`;
const longWords = String.raw`pass(?:word|wd|phrase)|secret|token|(?:access|api|auth|encryption|integration|licen[cs]e|master|private|routing|secret|shared|signing)[_-]?key|secret[_-]?access[_-]?key`;
const shortWords = String.raw`pass|pwd`;

/** What surroundings show to be a credential; the part to keep is in the first group. */
const shapes: readonly RegExp[] = [
  /(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(?=-----END)/g,
  // A JSON Web Token.
  /()(?<![\w.-])eyJ[\w-]{8,}\.eyJ[\w-]+\.[\w-]+/g,
  // A password in a URL: https://user:password@host
  /((?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:\/\/)[^\s/:@]*:[^\s/@]+(?=@)/gi,
  // A header, and what curl is given.
  new RegExp(String.raw`(authorization["']?[ \t]*[:=][ \t]*\\?["']?[a-z]+[ \t]+)${opensNothing}[^\s"'\\]{6,}`, "gi"),
  new RegExp(String.raw`(\bbearer[ \t]+)${opensNothing}[\w.~+/-]{16,}=*`, "gi"),
  new RegExp(String.raw`(\bcurl\b[^\n]*?[ \t](?:-u|--user)[ \t=]?["']?[^\s:"'$]+:)${opensNothing}[^\s"']+`, "g"),
  // Of a registry: "auth": "dXNlcjpwYXNzd29yZA=="
  /((?<![\w.-])(?:[\w.-]*\.)?(?:auth|identity_?token)\\?["']?[ \t]*[=:][ \t]*\\?["'])[\w+/.-]{8,}={0,2}(?=\\?["'])/gi,
  // An assignment in a script or in a configuration file.
  assignment(String.raw`(?<![\w.-])[\w.-]*(?:${longWords})`, "gi"),
  assignment(String.raw`(?<![\w.-])(?:[\w.-]*[_.-])?(?:${shortWords})`, "gi"),
  // A flag and what follows it: --token abc
  new RegExp(String.raw`((?<![\w-])--?(?:[a-z0-9]+-)*(?:${longWords})[ \t]+["']?)${opensNothing}[^\s"']{6,}`, "gi"),
];

/** `name = value`, `"name": "value"`, `name: value`; in quotes anything may be, but for a reference. */
function assignment(name: string, flags: string): RegExp {
  const before = String.raw`${name}\\?["']?[ \t]*[=:][ \t]*`;
  const quoted = String.raw`(?<=\\?")[^"\\\n]{4,}(?=\\?")|(?<=\\?')[^'\\\n]{4,}(?=\\?')`;
  return new RegExp(
    String.raw`(${before}\\?["']?)${opensNothing}(?:${quoted}|(?<!["'])${bare.replace("*", "{3,}")})`,
    flags,
  );
}

/** The base64 of something that begins as PEM does. */
const encodedPem = /(?<![A-Za-z0-9+/])LS0tLS1CRUdJTi[A-Za-z0-9+/]{16,}={0,2}/g;

/** A text in which nothing that opens something is left. */
export function withoutCredentials(text: string): string {
  const withoutKeys = text.replace(encodedPem, (encoded) =>
    Buffer.from(encoded, "base64").toString("latin1").includes("PRIVATE KEY") ? replacement : encoded,
  );
  const plain = credentialForms.reduce((before, form) => before.replace(form, replacement), withoutKeys);
  return shapes.reduce(
    (before, shape) =>
      before.replace(shape, (whole: string, kept: string) =>
        whole === `${kept}${replacement}` ? whole : `${kept}${replacement}`,
      ),
    plain,
  );
}

const secretName =
  /(password|passwd|passphrase|(^|_)pass$|(^|_)pwd$|secret|token|api_?key|licen[cs]e_?key|credential|private_?key)/i;

/**
 * Whether a value is that of an environment variable, or of an addition to containerd's configuration, which by its name
 * is a secret.
 */
export function inEnvironment(path: Path, parent: Readonly<Record<string, unknown>>): boolean {
  const name = path.at(-1);
  if (path.at(-2) === "environment") return secretName.test(String(name));
  if (path.at(-2) === "configAdditions") return /\.(auth|password|identitytoken)"?$/i.test(String(name));
  return path.at(-3) === "env" && name === "value" && secretName.test(String(parent["name"]));
}
