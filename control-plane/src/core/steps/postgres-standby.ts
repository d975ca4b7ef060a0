import * as z from 'zod';
import { type PostgresFact, postgresPrograms } from '../facts/postgres.ts';
import { all, argv, concat, type RemoteCommand, raw, runAs } from '../remote-command.ts';
import { change, noop, refused } from './diff.ts';
import { freshDirectory, installFresh, prepareFresh } from './postgres-command.ts';
import { absolutePath, address, dataDirectory, port, postgresName } from './setting.ts';
import type { StepKind } from './step-kind.ts';

const schema = z.strictObject({
  dataDirectory,
  primaryAddress: address,
  port,
  user: postgresName,
  applicationName: z.string().regex(/^[a-z][a-z0-9-]*$/),
  passfile: absolutePath,
  caPath: absolutePath,
});

type Settings = z.output<typeof schema>;

/**
 * A copy of the live primary that follows it. A stopped former primary is moved aside, never deleted; a running one
 * is refused: which of the two loses its writes is not for apply to say.
 */
export const postgresStandbyKind: StepKind<Settings> = {
  kind: 'postgres-standby',
  schema,
  facts: ({ dataDirectory: key }) => [{ source: 'postgres', key }],
  diff(settings, { fact }) {
    const directory = settings.dataDirectory;
    const found = fact<PostgresFact>('postgres', directory);
    if (found.live && !found.live.inRecovery)
      return refused(
        `this host runs as a PostgreSQL primary beside ${settings.primaryAddress}`,
        'Stop the one whose writes are to be given up: systemctl stop netvis-postgres.',
      );
    if (found.data === 'unfinished')
      return refused(`${directory} holds something that is no PostgreSQL data`, 'Move it away, then apply again.');
    if (found.data === 'absent')
      return change({ summary: `copy the primary ${settings.primaryAddress} to ${directory}`, command: clone(settings) });
    if (found.standbySignal) return noop(`${directory} is a standby's`);
    if (found.running)
      return refused(`the server of ${directory} runs without standby.signal and does not answer`, found.silence ?? undefined);
    const aside = `${directory}.old-${found.timeline ?? 0}`;
    return change(
      { summary: `move the former primary's data aside to ${aside}-<n>`, command: moveAside(directory, aside) },
      { summary: `copy the primary ${settings.primaryAddress} to ${directory}`, command: clone(settings) },
    );
  },
};

/** Settings that belong to one server in its role: a copy that kept them would wait for itself once it is promoted. */
const notCopied = ['synchronous_standby_names', 'primary_conninfo', 'primary_slot_name'];

/** The password comes from the passfile; the copy waits for a checkpoint of the primary's at once (`fast`). */
function clone({ dataDirectory: directory, primaryAddress, ...settings }: Settings): RemoteCommand {
  const fresh = freshDirectory(directory);
  const conninfo = [
    `host=${primaryAddress} port=${settings.port} user=${settings.user} application_name=${settings.applicationName}-copy`,
    `passfile=${settings.passfile} sslmode=verify-ca sslrootcert=${settings.caPath} connect_timeout=5`,
  ].join(' ');
  const options = ['-D', fresh, '-X', 'stream', '-c', 'fast', '--no-password'];
  return all(
    prepareFresh(directory),
    runAs('postgres', argv(`${postgresPrograms}/pg_basebackup`, '-d', conninfo, ...options)),
    runAs('postgres', argv('sed', '-i', `/^(${notCopied.join('|')}) /d`, '-E', `${fresh}/postgresql.auto.conf`)),
    runAs('postgres', argv('touch', `${fresh}/standby.signal`)),
    installFresh(directory),
  );
}

/** To the first free `<aside>-<n>`; not if a server was started there since the comparison. */
function moveAside(directory: string, aside: string): RemoteCommand {
  return concat(
    raw('( nv_pid=0; if [ -f '),
    argv(`${directory}/postmaster.pid`),
    raw(' ]; then read -r nv_pid < '),
    argv(`${directory}/postmaster.pid`),
    raw('; fi; nv_name=; if [ -r "/proc/$nv_pid/comm" ]; then read -r nv_name < "/proc/$nv_pid/comm"; fi\n'),
    raw('if [ "$nv_name" = postgres ]; then echo "the former primary has been started" >&2; exit 1; fi\n'),
    raw('n=1; while [ -e '),
    argv(aside),
    raw('-$n ]; do n=$((n + 1)); done; mv -T '),
    argv(directory),
    raw(' '),
    argv(aside),
    raw('-$n )'),
  );
}
