/**
 * How a value is written where it stands in a configuration file, so that it stays one value: each filter quotes for
 * one file format. A value with a line end or another control character has no safe form in any of them and is refused.
 */
export const quotingFilters = {
  nginx: (value: unknown) => (/^[A-Za-z0-9_./:*-]+$/.test(plain(value)) ? plain(value) : `"${backslash(plain(value), /["\\]/g)}"`),
  postgres: (value: unknown) => `'${plain(value).replaceAll('\\', '\\\\').replaceAll("'", "''")}'`,
  sql: (value: unknown) => `"${plain(value).replaceAll('"', '""')}"`,
  redis: (value: unknown) => `"${backslash(plain(value), /["\\]/g)}"`,
  environment: (value: unknown) => `"${backslash(plain(value), /["\\`$]/g)}"`,
  shell: (value: unknown) => `'${plain(value).replaceAll("'", "'\\''")}'`,
  /** A YAML scalar in a compose file, where `$` starts a variable. */
  compose: (value: unknown) => JSON.stringify(plain(value)).replaceAll('$', '$$$$'),
  /** A word of a unit's ExecStart: specifiers and variables are taken literally. */
  systemd: (value: unknown) => `"${backslash(plain(value), /["\\]/g).replaceAll('%', '%%').replaceAll('$', '$$$$')}"`,
  urlpart: (value: unknown) => encodeURIComponent(plain(value)),
  /** An address as it stands before `:port`: IPv6 in brackets. */
  authority: (value: unknown) => (plain(value).includes(':') ? `[${plain(value)}]` : plain(value)),
  /** Addresses as a host route, for access lists. */
  hostcidr: (value: unknown) => `${plain(value)}/${plain(value).includes(':') ? 128 : 32}`,
  /** `256MB` as a number of bytes. */
  bytes,
} as const;

const units: Readonly<Record<string, number>> = { kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

function bytes(value: unknown): number {
  const [, count = '', unit = ''] = /^([0-9]+)(kB|MB|GB)$/.exec(plain(value)) ?? [];
  const factor = units[unit];
  if (factor === undefined) throw new Error(`not a size: ${plain(value)}`);
  return Number(count) * factor;
}

function backslash(value: string, special: RegExp): string {
  return value.replace(special, '\\$&');
}

function plain(value: unknown): string {
  if (value === undefined || value === null) throw new Error('attempted to output null or undefined value');
  const text = String(value);
  if (/[\p{Cc}\u2028\u2029]/u.test(text)) throw new Error('a value holds a control character');
  return text;
}
