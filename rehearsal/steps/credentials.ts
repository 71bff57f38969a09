import { rm } from "node:fs/promises";
import { createSecretArgv, createSshPublicKeyArgv } from "../../kops/argv.ts";
import { KopsError } from "../../kops/errors.ts";
import { newSecret, requiredSecrets } from "../../kops/secrets.ts";
import { writeWhole } from "../files.ts";
import type { StepContext } from "./step.ts";

/** The public key that instances accept for SSH, if the settings name one. */
export async function addSshKey(context: StepContext): Promise<void> {
  const { sshPublicKey } = context.config;
  if (sshPublicKey === undefined) return;
  const { call } = context.kops;
  await addFile(context, "ssh-key", `${sshPublicKey.trim()}\n`, (file) => createSshPublicKeyArgv(call, file));
}

/** The secrets that the manifests ask for and kops cannot make up itself: the mirror's own, new once, then kept. */
export async function addSecrets(context: StepContext): Promise<void> {
  const { call } = context.kops;
  for (const secret of requiredSecrets(context.config.manifests)) {
    await addFile(context, secret, newSecret(secret), (file) => createSecretArgv(call, secret, file));
  }
}

/** Hands contents to kops in a file that only we can read and that is gone afterwards. */
async function addFile(
  { kops, run }: StepContext,
  name: string,
  contents: string,
  argv: (file: string) => string[],
): Promise<void> {
  const file = run.path(`${name}.tmp`);
  try {
    await writeWhole(file, contents, 0o600);
    await kops.exec(argv(file), { log: name, timeLimitMs: 120_000 });
  } catch (error) {
    // It was added before: by an earlier `pulumi up`, or by this one before it was interrupted.
    if (!(error instanceof KopsError) || !/already exists/i.test(error.message)) throw error;
  } finally {
    await rm(file, { force: true });
  }
}
