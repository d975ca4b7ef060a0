import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { ShownRole } from '../core/failover/view.ts';
import type { Shown } from '../ports/shown.ts';

/** Both lie in memory (/run): after a boot nobody has a role. */
export const shownPaths = { role: '/run/netvis/role', address: '/run/netvis/postgres-vip' };

const roles: readonly ShownRole[] = ['primary', 'standby', 'none'];

/** keepalived watches its file: 0 = this host holds the lease, anything else is a fault to it. */
const addressText = { held: '0\n', fault: '1\n' };

/** A file of the role as a word, replaced whole, and keepalived's file, written in place because it is watched. */
export function shownFiles(paths = shownPaths): Shown {
  return {
    read() {
      const shown = textOf(paths.role);
      return { address: textOf(paths.address) === addressText.held, role: roles.find((role) => shown === `${role}\n`) ?? 'none' };
    },
    showRole(role) {
      writeFileSync(`${paths.role}.new`, `${role}\n`, { mode: 0o644 });
      renameSync(`${paths.role}.new`, paths.role);
    },
    raiseAddress: (raised) => writeFileSync(paths.address, raised ? addressText.held : addressText.fault, { mode: 0o644 }),
  };
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    // Not there, or not readable: then nobody else can read it either.
    if ((error as NodeJS.ErrnoException).code !== undefined) return null;
    throw error;
  }
}
