/** Names of the secrets every cluster has; each can also be given as NETVIS_SECRET_<NAME> in the environment. */
export const secretNames = ['postgres', 'postgres-replication', 'redis', 'jwt', 'vrrp', 'ca-key', 'ca-cert', 'agent-token'] as const;

/** Those of them whose later appearance harms no running cluster: generated even then. */
export const laterSecretNames: readonly string[] = ['agent-token'];

/** The form a secret's name has: what fits into a token, an environment variable and a YAML key alike. */
export const secretNamePattern = /^[a-z][a-z0-9-]{0,62}$/;

/** Secrets that are PEM text. */
const pemNames: readonly string[] = ['ca-key', 'ca-cert'];
const maxPasswordLength = 512;
const maxPemLength = 65_536;
const vrrpLength = 8;

/**
 * Why a value cannot be used as secret `name`, or null when it can. The reason never holds the value.
 * Passwords are single lines; PEM text is for the CA and for names of the user's own.
 */
export function secretFlaw(name: string, value: string): string | null {
  if (value === '') return 'is empty';
  if (pemNames.includes(name) && !isPem(value)) return 'must be PEM text';
  if (isPem(value) && (pemNames.includes(name) || !isClusterPassword(name))) return pemFlaw(value);
  return passwordFlaw(value) ?? ownFlaw(name, value);
}

/** What the server that reads this very secret adds. */
function ownFlaw(name: string, value: string): string | null {
  if (name === 'vrrp') return vrrpFlaw(value);
  return name === 'redis' ? redisFlaw(value) : null;
}

function isClusterPassword(name: string): boolean {
  return secretNames.some((known) => known === name) && !pemNames.includes(name);
}

function isPem(value: string): boolean {
  return value.startsWith('-----BEGIN ') && /-----END [A-Z0-9 ]+-----\n*$/.test(value);
}

function pemFlaw(value: string): string | null {
  if (value.length > maxPemLength) return `is longer than ${maxPemLength} characters`;
  return /^[\x20-\x7e\r\n]*$/.test(value) ? null : 'holds a character that PEM text has not';
}

function passwordFlaw(value: string): string | null {
  if (value.length > maxPasswordLength) return `is longer than ${maxPasswordLength} characters`;
  if (/[\r\n\u2028\u2029]/.test(value)) return 'must be a single line';
  if (/\p{Cc}|\p{Cs}/u.test(value)) return 'holds a control character';
  return value.trim() === value ? null : 'starts or ends with a space';
}

function vrrpFlaw(value: string): string | null {
  if (value.length > vrrpLength) return `is longer than the ${vrrpLength} characters VRRP keeps`;
  return /^[A-Za-z0-9._@%+=:,/-]+$/.test(value) ? null : 'may hold letters, digits and ._@%+=:,/- only, as keepalived reads it unquoted';
}

function redisFlaw(value: string): string | null {
  return /[\s"'\\]/.test(value) ? 'may not hold spaces, quotes or backslashes, as Sentinel writes it back to its file unquoted' : null;
}
