import * as z from 'zod';
import type { PostgresFact } from '../facts/postgres.ts';
import { all } from '../remote-command.ts';
import { change, noop, refused } from './diff.ts';
import { awaitSql, refusedWhileSilent, sql } from './postgres-command.ts';
import { dataDirectory, port, words } from './setting.ts';
import type { StepKind } from './step-kind.ts';

const hostNames = words.pipe(z.array(z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be a host name')));

const schema = z.strictObject({
  dataDirectory,
  port: port.optional(),
  /** Application names of the standbys, the first choice first. */
  names: hostNames,
  /** Those of them that are up and will stream; without one the list is not set yet. Absent = all. */
  expected: hostNames.optional(),
});

type Settings = z.output<typeof schema>;

/**
 * `synchronous_standby_names`, set once and to exactly one name, because a standby can only be promoted when every
 * acknowledged commit is known to be on it. It is set when the primary has none and that standby streams, for until
 * then every commit would hang. From then on the list belongs to whoever watches the standbys, and is left as it is.
 */
export const postgresSynchronousKind: StepKind<Settings> = {
  kind: 'postgres-synchronous',
  schema,
  facts: ({ dataDirectory: key }) => [{ source: 'postgres', key }],
  diff({ dataDirectory: directory, names, expected = names }, { fact }) {
    const found = fact<PostgresFact>('postgres', directory);
    const { live } = found;
    const silent = refusedWhileSilent(found, directory);
    if (silent) return silent;
    if (live?.inRecovery) return refused('synchronous standbys are set on the primary only');
    if (live && live.synchronousStandbyNames !== '') return noop(`synchronous_standby_names is ${live.synchronousStandbyNames}`);
    if (names.length === 0) return noop('there is no other PostgreSQL host');
    const [standby] = expected;
    if (standby === undefined) return noop('no standby is up');
    const list = `"${standby}"`;
    const query = `SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND application_name = '${standby}'`;
    const statements = `ALTER SYSTEM SET synchronous_standby_names = '${list}';\nSELECT pg_reload_conf();\n`;
    return change({
      summary: `synchronous_standby_names = ${list}`,
      command: all(
        awaitSql(directory, { query, timeoutSeconds: 30, what: `the standby ${standby} does not stream` }),
        sql(directory, statements),
      ),
    });
  },
};
