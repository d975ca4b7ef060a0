import { createSecretSource, identityPath, readSecrets, type SecretSettings } from '../../compose-files.ts';

/** `created` = names that were generated now; the rest was there already. */
export type SecretsInit = { readonly file: string; readonly identity: string; readonly created: readonly string[] };

/**
 * The bare value of one secret, from the environment or the file; nothing is generated.
 * Rejects with NV_SECRET_UNKNOWN, its hint saying why a file that is there was of no use.
 */
export async function showSecret(settings: SecretSettings, name: string): Promise<string> {
  return (await readSecrets(settings))(name);
}

/**
 * Makes what a cluster's secrets lack. `clusterExists` = some host carries a NetVis marker: then nothing is generated,
 * since a live cluster would meet passwords and a CA that are not its own. Rejects as the secret source does.
 */
export async function initSecrets(settings: SecretSettings, clusterExists: boolean): Promise<SecretsInit> {
  const before = (await readSecrets(settings)).names;
  const after = (await createSecretSource(settings).load(clusterExists)).names;
  return { file: settings.file, identity: identityPath(settings), created: after.filter((name) => !before.includes(name)) };
}
