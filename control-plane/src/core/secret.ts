/**
 * Secrets travel through core as tokens: a token names the secret and how its value is encoded when it is
 * revealed. Only the SSH adapter reveals, so rendered text, diffs, plans, jobs and logs never hold a value.
 */

/** How a value is written where it stands: as it is, or escaped for a URL part, a quoted Redis or PostgreSQL string. */
export const secretEncodings = ['raw', 'url', 'redis', 'sql', 'pgpass'] as const;
export type SecretEncoding = (typeof secretEncodings)[number];

/** Looks a secret's value up by name; throws NV_SECRET_UNKNOWN when the cluster has none of that name. */
export type SecretLookup = (name: string) => string;

const open = '\u0001';
const close = '\u0002';
// biome-ignore lint/suspicious/noControlCharactersInRegex: the delimiters are characters no inventory value can hold
const token = /\u0001([a-z][a-z0-9-]*):([a-z]+)\u0002/g;

/** The token for secret `name`; stands for its value in any text of core. */
export function secretToken(name: string, encoding: SecretEncoding = 'raw'): string {
  return `${open}${name}:${encoding}${close}`;
}

export function hasSecret(text: string): boolean {
  return text.includes(open);
}

/** Replaces every token by `[secret name]`: the only form that may be shown. */
export function maskSecrets(text: string): string {
  return text.replace(token, (_, name: string) => `[secret ${name}]`);
}

/** Replaces every token by its encoded value. Called by adapters at the moment of sending, nowhere else. */
export function revealSecrets(text: string, lookup: SecretLookup): string {
  return text.replace(token, (_, name: string, encoding: SecretEncoding) => encoders[encoding](lookup(name)));
}

const encoders: Readonly<Record<SecretEncoding, (value: string) => string>> = {
  raw: (value) => value,
  url: (value) => encodeURIComponent(value).replace(/[!'()*]/g, (character) => hex('%', character).toUpperCase()),
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a control character would end the line it stands in
  redis: (value) => `"${value.replace(/["\\]/g, '\\$&').replace(/[\u0000-\u001f\u007f]/g, (character) => hex('\\x', character))}"`,
  sql: (value) => `'${value.replaceAll("'", "''")}'`,
  pgpass: (value) => value.replace(/[:\\]/g, '\\$&'),
};

function hex(prefix: string, character: string): string {
  return prefix + character.charCodeAt(0).toString(16).padStart(2, '0');
}
