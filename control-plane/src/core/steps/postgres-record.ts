import * as z from 'zod';
import type { PostgresFact } from '../facts/postgres.ts';
import { argv } from '../remote-command.ts';
import { change, noop, refused } from './diff.ts';
import { dataDirectory } from './setting.ts';
import type { StepKind } from './step-kind.ts';

const schema = z.strictObject({
  dataDirectory,
  /** Whether some host carries data of this cluster: then its record exists, and a new one is never made. */
  bootstrapped: z.stringbool().or(z.boolean()).default(false),
});

type Settings = z.output<typeof schema>;

/** The agent's own program; it knows the store and its certificates. */
const agent = ['/opt/netvis/runtime/current/node', '/opt/netvis/agent/current/agent.cjs'];

/**
 * The record of a new cluster in the lease store, which names the one host whose agent may make the first data
 * directory. It is written only where there is none, so that of two attempts one founds the cluster.
 */
export const postgresRecordKind: StepKind<Settings> = {
  kind: 'postgres-record',
  schema,
  facts: ({ dataDirectory: key }) => [{ source: 'postgres', key }],
  diff({ dataDirectory: directory, bootstrapped }, { fact }) {
    const { data } = fact<PostgresFact>('postgres', directory);
    if (data === 'initialised') return noop('the cluster is founded');
    if (data === 'unfinished') return refused(`${directory} holds something that is no PostgreSQL data`, 'Move it away, then apply again.');
    if (bootstrapped) return refused(`${directory} is empty although the cluster has data elsewhere`, 'Start the host that has it.');
    return change({ summary: 'found the cluster in the lease store', command: argv('timeout', '60', ...agent, 'found') });
  },
};
