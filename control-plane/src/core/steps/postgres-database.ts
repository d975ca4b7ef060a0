import * as z from 'zod';
import type { PostgresFact } from '../facts/postgres.ts';
import { change, noop, refused } from './diff.ts';
import { identifier, refusedWhileSilent, sql } from './postgres-command.ts';
import { dataDirectory, postgresName } from './setting.ts';
import type { StepKind } from './step-kind.ts';

const schema = z.strictObject({ database: postgresName, owner: postgresName, dataDirectory });

type Settings = z.output<typeof schema>;

/** A database and its owner, on the live primary. */
export const postgresDatabaseKind: StepKind<Settings> = {
  kind: 'postgres-database',
  schema,
  facts: ({ dataDirectory: key }) => [{ source: 'postgres', key }],
  diff({ database, owner, dataDirectory: directory }, { fact }) {
    const server = fact<PostgresFact>('postgres', directory);
    const { live } = server;
    const silent = refusedWhileSilent(server, directory);
    if (silent) return silent;
    if (live?.inRecovery) return refused(`${database} cannot be made on a standby`);
    const found = live?.databases.find(({ name }) => name === database);
    if (found?.owner === owner) return noop(`database ${database} belongs to ${owner}`);
    const statement = found
      ? `ALTER DATABASE ${identifier(database)} OWNER TO ${identifier(owner)};`
      : `CREATE DATABASE ${identifier(database)} OWNER ${identifier(owner)};`;
    return change({
      summary: `database ${database} (${found ? `owner ${found.owner} → ${owner}` : 'new'})`,
      command: sql(directory, statement),
    });
  },
};
