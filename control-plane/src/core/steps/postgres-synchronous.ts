import * as z from 'zod';
import type { PostgresFact } from '../facts/postgres.ts';
import { change, noop, refused } from './diff.ts';
import { sql } from './postgres-command.ts';
import { dataDirectory, port, words } from './setting.ts';
import type { StepKind } from './step-kind.ts';

const schema = z.strictObject({
  dataDirectory,
  port: port.optional(),
  /** Application names of the standbys any one of which must confirm a commit. */
  names: words.pipe(z.array(z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be a host name'))),
});

type Settings = z.output<typeof schema>;

/**
 * `synchronous_standby_names`, set once: when the primary has none and a named standby streams, for until then every
 * commit would hang. From then on the list belongs to whoever watches the standbys, and is left as it is.
 */
export const postgresSynchronousKind: StepKind<Settings> = {
  kind: 'postgres-synchronous',
  schema,
  facts: ({ dataDirectory: key }) => [{ source: 'postgres', key }],
  diff({ dataDirectory: directory, names }, { fact }) {
    const { live, silence } = fact<PostgresFact>('postgres', directory);
    if (!live) return noop(`PostgreSQL does not answer: ${silence ?? 'it is stopped'}`);
    if (live.inRecovery) return refused('synchronous standbys are set on the primary only');
    if (live.synchronousStandbyNames !== '') return noop(`synchronous_standby_names is ${live.synchronousStandbyNames}`);
    if (names.length === 0) return noop('there is no other PostgreSQL host');
    const streaming = live.replicas.filter(({ name, state }) => names.includes(name) && state === 'streaming');
    if (streaming.length === 0) return noop('no standby streams yet');
    const list = `ANY 1 (${names.map((name) => `"${name}"`).join(', ')})`;
    const statements = `ALTER SYSTEM SET synchronous_standby_names = '${list}';\nSELECT pg_reload_conf();\n`;
    return change({ summary: `synchronous_standby_names = ${list}`, command: sql(directory, statements) });
  },
};
