import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import { NvError } from '../../core/errors.ts';
import { laterSecretNames, secretFlaw, secretNames } from '../../core/secret-rules.ts';
import type { SecretSource, Secrets } from '../../ports/secret-source.ts';
import { requirePair } from '../certificates/authority.ts';
import { withFileLock } from '../file-lock.ts';
import { environmentName, environmentSecrets } from './environment-secrets.ts';
import { generateSecrets } from './generate-secrets.ts';
import { findIdentity, findOrCreateIdentity, type IdentityPlace, identityPath } from './identity.ts';
import { addSecrets, emptyFile, type OpenFile, openSealed, readSealed, type SealedFile, writeSealed } from './secrets-file.ts';

/** `file` = absolute path of the secrets file; `cluster` names a generated CA. */
export type SecretSettings = IdentityPlace & { readonly file: string; readonly cluster: string; readonly now: () => Date };

type Values = Readonly<Record<string, string>>;

/** The file before anything is generated; `trouble` = why it is there and yet not open. */
type Found = { readonly sealed: SealedFile | null; readonly open: OpenFile | null; readonly trouble: NvError | null };

/**
 * Path of the secrets file of an inventory: `secrets.file` (relative to the inventory), else `lab.secrets.age` beside
 * `lab.yaml`; a file named `lab.yaml.secrets.age` is taken when only that exists.
 */
export function secretsPath(inventoryPath: string, configured: string | undefined): string {
  if (configured) return isAbsolute(configured) ? configured : resolve(dirname(inventoryPath), configured);
  const short = `${inventoryPath.replace(/\.ya?ml$/, '')}.secrets.age`;
  const long = `${inventoryPath}.secrets.age`;
  return !existsSync(short) && existsSync(long) ? long : short;
}

/** Secrets from the environment first, then from the file enciphered with age; see the port for the rules. */
export function createSecretSource(settings: SecretSettings): SecretSource {
  const environment = environmentSecrets(settings.environment);
  return {
    async load(clusterExists) {
      const found = await findFile(settings, clusterExists);
      const values = { ...found.open?.values, ...environment };
      const missing = missingNames(values);
      if (missing.length > 0) {
        if (found.trouble) throw found.trouble;
        if (clusterExists) refuseOldCluster(missing, found, settings);
        checkValues(values, settings);
        Object.assign(values, await generateMissing(settings), environment);
      }
      checkValues(values, settings);
      requirePair({ key: values['ca-key'] ?? '', cert: values['ca-cert'] ?? '' });
      return asSecrets(values, found.trouble, settings);
    },
  };
}

/** Values that can be had without generating any, for showing one: the environment's over the file's. */
export async function readSecrets(settings: SecretSettings): Promise<Secrets> {
  const found = await findFile(settings, true);
  const values = { ...found.open?.values, ...environmentSecrets(settings.environment) };
  return asSecrets(values, found.trouble, settings);
}

async function findFile(settings: SecretSettings, clusterExists: boolean): Promise<Found> {
  const sealed = await readSealed(settings.file);
  if (!sealed) return { sealed, open: null, trouble: null };
  try {
    const identity = await findIdentity(settings, settings.file);
    if (!identity) throw withoutIdentity(settings, clusterExists);
    return { sealed, open: await openSealed(sealed, identity), trouble: null };
  } catch (error) {
    if (error instanceof NvError && error.code !== 'NV_SECRET_INVALID') return { sealed, open: null, trouble: error };
    throw error;
  }
}

/** Adds what is missing to the file, under a lock: of several processes at once one generates and all read the same. */
async function generateMissing(settings: SecretSettings): Promise<Values> {
  await mkdir(dirname(settings.file), { recursive: true });
  return await withFileLock(dirname(settings.file), async () => {
    const identity = await findOrCreateIdentity(settings, settings.file);
    const previous = await readSealed(settings.file);
    const file = previous ? await openSealed(previous, identity) : emptyFile(settings.file);
    const missing = missingNames({ ...file.values, ...environmentSecrets(settings.environment) });
    if (missing.length === 0) return file.values;
    refuseHalfAuthority(missing);
    const filled = addSecrets(file, await generateSecrets(missing, { cluster: settings.cluster, now: settings.now() }));
    await writeSealed(filled, { path: settings.file, identity, previous });
    return filled.values;
  });
}

function missingNames(values: Values): readonly string[] {
  return secretNames.filter((name) => !Object.hasOwn(values, name));
}

function refuseOldCluster(missing: readonly string[], found: Found, settings: SecretSettings): void {
  const lost = found.sealed ? missing.filter((name) => !laterSecretNames.includes(name)) : missing;
  if (lost.length === 0) return;
  const message = found.sealed
    ? `${settings.file} lacks ${lost.join(', ')}`
    : `the secrets file ${settings.file} is missing, and with it ${lost.join(', ')}`;
  const hint = `the cluster exists, so nothing is generated: restore the file from a copy, or set ${lost.map(environmentName).join(', ')}`;
  throw new NvError({ code: 'NV_SECRETS_MISSING', message, hint });
}

function refuseHalfAuthority(missing: readonly string[]): void {
  const parts = missing.filter((name) => name === 'ca-key' || name === 'ca-cert');
  if (parts.length !== 1) return;
  throw new NvError({
    code: 'NV_SECRET_INVALID',
    message: `${parts[0]} is missing beside its other half`,
    hint: 'give ca-key and ca-cert as one pair, or neither',
  });
}

function checkValues(values: Values, settings: SecretSettings): void {
  const given = environmentSecrets(settings.environment);
  const problems = Object.entries(values).flatMap(([name, value]) => {
    const flaw = secretFlaw(name, value);
    const origin = Object.hasOwn(given, name) ? environmentName(name) : settings.file;
    return flaw ? [{ code: 'NV_SECRET_INVALID', message: `the secret ${name} from ${origin} ${flaw}` } as const] : [];
  });
  const [first] = problems;
  if (first) throw new NvError(first, { problems });
}

function asSecrets(values: Values, trouble: NvError | null, settings: SecretSettings): Secrets {
  const lookup = (name: string): string => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value !== undefined) return value;
    const elsewhere = trouble
      ? `${trouble.message}; or set ${environmentName(name)}`
      : `set ${environmentName(name)}, or add ${name} to ${settings.file}`;
    throw new NvError({ code: 'NV_SECRET_UNKNOWN', message: `there is no secret ${name}`, hint: elsewhere });
  };
  return Object.assign(lookup, { names: Object.keys(values) });
}

function withoutIdentity(settings: SecretSettings, clusterExists: boolean): NvError {
  return new NvError({
    code: clusterExists ? 'NV_SECRETS_MISSING' : 'NV_SECRETS_IDENTITY',
    message: `${settings.file} cannot be deciphered: the age identity ${identityPath(settings)} does not exist`,
    hint: 'restore the identity, or name its place in NETVIS_AGE_IDENTITY; the file is left as it is',
  });
}
