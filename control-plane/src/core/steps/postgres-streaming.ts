import * as z from 'zod';
import type { PostgresFact } from '../facts/postgres.ts';
import { change, noop } from './diff.ts';
import { awaitSql } from './postgres-command.ts';
import { dataDirectory } from './setting.ts';
import type { StepKind } from './step-kind.ts';

const schema = z.strictObject({ dataDirectory, timeoutSeconds: z.coerce.number().int().min(1).default(60) });

type Settings = z.output<typeof schema>;

/** A standby that receives the primary's changes; waits for it. Without it a started server would pass as a replica. */
export const postgresStreamingKind: StepKind<Settings> = {
  kind: 'postgres-streaming',
  schema,
  facts: ({ dataDirectory: key }) => [{ source: 'postgres', key }],
  diff({ dataDirectory: directory, timeoutSeconds }, { fact }) {
    const { live } = fact<PostgresFact>('postgres', directory);
    if (live?.receiver === 'streaming') return noop(`it streams from ${live.upstream}`);
    const query = "SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming'";
    const what = 'the standby does not receive changes from the primary';
    return change({ summary: 'wait until the standby streams', command: awaitSql(directory, { query, timeoutSeconds, what }) });
  },
};
