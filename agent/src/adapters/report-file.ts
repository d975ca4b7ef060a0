import { renameSync, writeFileSync } from 'node:fs';
import type { Journal, Outlet } from '../ports/outlets.ts';
import { reasonOf } from '../sensors/deadline.ts';

/** Replaces the file by each report, so that a reader always sees a whole one. The unit makes the directory, in memory (/run). */
export function reportFile(path: string, journal: Journal): Outlet {
  let failing = false;
  return {
    async publish(report) {
      try {
        writeFileSync(`${path}.new`, `${JSON.stringify(report)}\n`, { mode: 0o644 });
        renameSync(`${path}.new`, path);
        failing = false;
      } catch (error) {
        if (!failing) journal('error', 'cannot write the report', { path, reason: reasonOf(error) });
        failing = true;
      }
    },
  };
}
