import * as z from 'zod';
import type { PostgresFact } from '../facts/postgres.ts';
import { change, noop } from './diff.ts';
import { awaitSql } from './postgres-command.ts';
import { dataDirectory, postgresName } from './setting.ts';
import type { StepKind } from './step-kind.ts';

const schema = z.strictObject({
  dataDirectory,
  /** The role that the agent makes with the first rows it writes: while it is absent, the agent is still at work. */
  agentsRole: postgresName,
  timeoutSeconds: z.coerce.number().int().min(1).default(120),
});

type Settings = z.output<typeof schema>;

/** The primary takes writes; waits until its agent has started and promoted it. */
export const postgresWritableKind: StepKind<Settings> = {
  kind: 'postgres-writable',
  schema,
  facts: ({ dataDirectory: key }) => [{ source: 'postgres', key }],
  diff({ dataDirectory: directory, agentsRole, timeoutSeconds }, { fact }) {
    const { live } = fact<PostgresFact>('postgres', directory);
    if (live && !live.inRecovery && live.roles.some(({ name }) => name === agentsRole)) return noop('the primary takes writes');
    const query = `SELECT count(*) FROM pg_roles WHERE rolname = '${agentsRole}' AND NOT pg_is_in_recovery()`;
    const what = 'the agent has not made this server a primary; journalctl -u netvis-agent tells why';
    return change({ summary: 'wait until the primary takes writes', command: awaitSql(directory, { query, timeoutSeconds, what }) });
  },
};
