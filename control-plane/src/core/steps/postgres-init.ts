import * as z from 'zod';
import { type PostgresFact, postgresPrograms } from '../facts/postgres.ts';
import { all, argv, runAs } from '../remote-command.ts';
import { change, noop, refused } from './diff.ts';
import { freshDirectory, installFresh, prepareFresh } from './postgres-command.ts';
import { dataDirectory } from './setting.ts';
import type { StepKind } from './step-kind.ts';

const schema = z.strictObject({
  dataDirectory,
  /** Whether some host carries data of this cluster: then a new one is never made. */
  bootstrapped: z.stringbool().or(z.boolean()).default(false),
});

type Settings = z.output<typeof schema>;

/** The first data directory of a cluster, with checksums; made beside its place and renamed. Only for the primary-to-be. */
export const postgresInitKind: StepKind<Settings> = {
  kind: 'postgres-init',
  schema,
  facts: ({ dataDirectory: key }) => [{ source: 'postgres', key }],
  diff(settings, { fact }) {
    const directory = settings.dataDirectory;
    const found = fact<PostgresFact>('postgres', directory);
    if (found.data === 'initialised') return noop(`${directory} is initialised`);
    if (found.data === 'unfinished')
      return refused(`${directory} holds something that is no PostgreSQL data`, 'Move it away, then apply again.');
    if (settings.bootstrapped)
      return refused(`${directory} is empty although the cluster has data elsewhere`, 'Start the host that has it.');
    const options = ['--data-checksums', '--auth-local=peer', '--auth-host=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8'];
    const initdb = runAs('postgres', argv(`${postgresPrograms}/initdb`, '-D', freshDirectory(directory), ...options));
    return change({ summary: `initialise ${directory}`, command: all(prepareFresh(directory), initdb, installFresh(directory)) });
  },
};
