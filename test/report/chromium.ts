import { access, constants, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import { execa } from "execa";

/** A Chromium that tests can start. */
export interface Chromium {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

const names = ["chromium", "google-chrome", "chromium-browser", "google-chrome-stable"];

/**
 * The Chromium of `CHROMIUM_PATH`, or on PATH, or (Linux on x64) the one in the npm package `@sparticuz/chromium`, which
 * needs nothing but the C library.
 *
 * @throws Error that says how to get one; never a reason to skip a test
 */
export async function findChromium(env: NodeJS.ProcessEnv = process.env): Promise<Chromium> {
  const given = env["CHROMIUM_PATH"];
  if (given) {
    if (await executable(given)) return { path: given, env: {} };
    throw new Error(`CHROMIUM_PATH is ${given}, which cannot be executed. Set it to a Chromium, or unset it.`);
  }
  for (const folder of (env["PATH"] ?? "").split(delimiter).filter((part) => part !== ""))
    for (const name of names) if (await executable(join(folder, name))) return { path: join(folder, name), env: {} };
  if (process.platform === "linux" && process.arch === "x64") return await packagedChromium();
  throw new Error(
    `The report is tested in Chromium, and none of ${names.join(", ")} is on PATH. Install one ` +
      "(apt-get install chromium, brew install --cask chromium), or set CHROMIUM_PATH to a Chrome or Chromium.",
  );
}

async function executable(file: string): Promise<boolean> {
  return await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

const unpacked = promisify(brotliDecompress);

/** Unpacks the npm package's Chromium, its libraries and a font, once, into `node_modules/.cache`. */
export async function packagedChromium(): Promise<Chromium> {
  const require = createRequire(import.meta.url);
  const root = join(dirname(require.resolve("@sparticuz/chromium")), "../..");
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  const folder = fileURLToPath(new URL(`../../node_modules/.cache/chromium-${version}`, import.meta.url));
  const found = {
    path: join(folder, "chromium"),
    env: { LD_LIBRARY_PATH: join(folder, "lib"), FONTCONFIG_FILE: join(folder, "fonts.conf") },
  };
  if (await executable(found.path)) return found;
  await mkdir(dirname(folder), { recursive: true });
  const temporary = await mkdtemp(`${folder}.`);
  for (const name of ["al2023", "fonts", "swiftshader"])
    await execa("tar", ["-x", "-C", temporary], {
      input: await unpacked(await readFile(join(root, "bin", `${name}.tar.br`))),
    });
  await writeFile(join(temporary, "chromium"), await unpacked(await readFile(join(root, "bin", "chromium.br"))), {
    mode: 0o755,
  });
  const fonts = ["/usr/share/fonts", "/usr/local/share/fonts", join(folder, "fonts")];
  await writeFile(
    join(temporary, "fonts.conf"),
    `<?xml version="1.0"?><fontconfig>${fonts.map((dir) => `<dir>${dir}</dir>`).join("")}<cachedir>${join(folder, "font-cache")}</cachedir></fontconfig>`,
  );
  // Whole or not at all; whoever was quicker is as good.
  await rename(temporary, folder).catch(async (error: unknown) => {
    await rm(temporary, { recursive: true, force: true });
    if (!(await executable(found.path))) throw error;
  });
  return found;
}
