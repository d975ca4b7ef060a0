/**
 * A position in PostgreSQL's WAL, in bytes from its beginning. A number holds it exactly up to 2^53 bytes
 * (8 PiB of WAL ever written); `parseLsn` refuses more.
 */
export type Lsn = number;

const half = 2 ** 32;

/** The LSN in PostgreSQL's notation `HIGH/LOW` (hexadecimal), or null where the text is none or lies above 2^53 - 1. */
export function parseLsn(text: string): Lsn | null {
  const [, high, low] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text) ?? [];
  if (high === undefined || low === undefined) return null;
  const lsn = Number.parseInt(high, 16) * half + Number.parseInt(low, 16);
  return Number.isSafeInteger(lsn) ? lsn : null;
}

/** PostgreSQL's notation of an LSN, e.g. `0/3000060`. */
export function formatLsn(lsn: Lsn): string {
  return `${Math.floor(lsn / half).toString(16)}/${(lsn % half).toString(16)}`.toUpperCase();
}
