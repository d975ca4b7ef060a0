import type { Cause } from '../failover/postgres-view.ts';

/** The error codes of PostgreSQL (SQLSTATE) and of the operating system that name a cause (R11). */
const causes: Readonly<Record<string, Cause>> = {
  '53100': 'disk-full',
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EROFS: 'read-only',
  // What PostgreSQL makes of EROFS when it writes a file.
  '42501': 'read-only',
  '58030': 'io-error',
  EIO: 'io-error',
};

/** Answers that only a live server gives: too many clients, starting up, shutting down. */
const alive = new Set(['53300', '57P03', '57P01']);

/** Why a probe failed; null where its error is no trouble of the server's. */
export function causeOf(code: string | undefined): Cause | null {
  if (code !== undefined && alive.has(code)) return null;
  return (code !== undefined && causes[code]) || 'no-connection';
}
