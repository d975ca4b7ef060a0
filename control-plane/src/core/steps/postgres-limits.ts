import * as z from 'zod';
import type { PostgresFact } from '../facts/postgres.ts';
import { noop, refused } from './diff.ts';
import { dataDirectory, postgresName } from './setting.ts';
import type { StepKind } from './step-kind.ts';

const limit = z.coerce.number().int().min(0);

const schema = z.strictObject({
  dataDirectory,
  /** Setting → the value the file gives it. */
  wanted: z.record(postgresName, limit),
  /** Setting → its value in force on the live primary; empty = unknown, then the server's own counts. */
  primary: z.record(postgresName, z.union([z.literal('').transform(() => null), limit])).default({}),
});

type Settings = z.output<typeof schema>;

/**
 * Changes nothing: no server is restarted by apply. Says which settings wait for a restart, and refuses a value below
 * the one in force on the primary, with which no standby would start again.
 */
export const postgresLimitsKind: StepKind<Settings> = {
  kind: 'postgres-limits',
  schema,
  facts: ({ dataDirectory: key }) => [{ source: 'postgres', key }],
  diff({ dataDirectory: directory, wanted, primary }, { fact }) {
    const { live } = fact<PostgresFact>('postgres', directory);
    const inForce = (name: string) => primary[name] ?? live?.limits[name] ?? 0;
    const [lowered] = Object.entries(wanted).filter(([name, value]) => value < inForce(name));
    if (lowered)
      return refused(
        `${lowered[0]} = ${lowered[1]} is below the ${inForce(lowered[0])} in force on the primary: standbys would not start again`,
        'Keep the value. To lower it, set it in /etc/netvis/postgres/postgresql.conf of the primary, restart netvis-postgres there, then apply.',
      );
    if (!live || live.pendingRestart.length === 0) return noop('no setting waits for a restart');
    return noop(`${live.pendingRestart.join(', ')}: waits for a restart by hand, standbys first, then the primary`);
  },
};
