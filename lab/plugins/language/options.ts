import { splitWords } from "./shell-words.ts";

/** `runtime.options` of Pulumi.yaml for the runtime `nodejs`. */
export interface RuntimeOptions {
  /** Whether the SDK is to compile TypeScript itself. Default true. */
  readonly typescript: boolean;
  /** Arguments for node, before the program. */
  readonly nodeArgs: readonly string[];
  /** The tsconfig file for the SDK's own compilation. */
  readonly tsconfig?: string;
  readonly packageManager: string;
}

/**
 * Reads the options as the official language host does.
 *
 * @throws when an option has the wrong type.
 */
export function parseRuntimeOptions(options: Record<string, unknown>): RuntimeOptions {
  const { typescript = true, nodeargs = "", tsconfig, packagemanager = "npm" } = options;
  if (typeof typescript !== "boolean") throw wrongType("typescript", "true or false", typescript);
  if (typeof nodeargs !== "string") throw wrongType("nodeargs", 'a string such as "--import tsx"', nodeargs);
  if (tsconfig !== undefined && typeof tsconfig !== "string") throw wrongType("tsconfig", "a path", tsconfig);
  if (typeof packagemanager !== "string") throw wrongType("packagemanager", "npm, pnpm or yarn", packagemanager);
  return {
    typescript,
    nodeArgs: splitWords(nodeargs),
    ...(tsconfig === undefined ? {} : { tsconfig }),
    packageManager: packagemanager,
  };
}

function wrongType(name: string, expected: string, value: unknown): Error {
  return new Error(`Pulumi.yaml: runtime.options.${name} must be ${expected}, but is ${JSON.stringify(value)}`);
}
