import { randomInt } from 'node:crypto';
import { createAuthority } from '../certificates/authority.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** `cluster` names the CA; `now` is its first second. */
export type GenerateOptions = { readonly cluster: string; readonly now: Date };

/** Fresh values for `names`: passwords of letters and digits; the CA's key and certificate only as a pair. */
export async function generateSecrets(names: readonly string[], options: GenerateOptions): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const name of names) if (!isAuthorityPart(name)) values[name] = randomPassword(name === 'vrrp' ? 8 : 32);
  if (!names.some(isAuthorityPart)) return values;
  const authority = await createAuthority(`${options.cluster} NetVis CA`, options.now);
  return { ...values, 'ca-key': authority.key, 'ca-cert': authority.cert };
}

function isAuthorityPart(name: string): boolean {
  return name === 'ca-key' || name === 'ca-cert';
}

function randomPassword(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
