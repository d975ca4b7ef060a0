/** Texts for libpq and for PostgreSQL's configuration files, quoted. */

/** A value in single quotes for postgresql.conf, where quotes and backslashes are doubled. */
export function settingValue(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** `name=value` pairs for libpq, in the order given; values are quoted where they need it. */
export function conninfo(parameters: Readonly<Record<string, string | number>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${quoted(String(value))}`)
    .join(' ');
}

function quoted(value: string): string {
  return /^[\w./:-]+$/.test(value) ? value : `'${value.replace(/['\\]/g, '\\$&')}'`;
}
