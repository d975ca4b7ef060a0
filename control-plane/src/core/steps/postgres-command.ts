import { type PostgresFact, postgresPrograms } from '../facts/postgres.ts';
import { all, argv, concat, feed, type RemoteCommand, raw, runAs } from '../remote-command.ts';
import { refused } from './diff.ts';
import type { Diff } from './step-kind.ts';

/**
 * SQL (secrets allowed) fed to the server of a data directory as its superuser, over the socket named in its
 * postmaster.pid. Its commits do not wait for a standby, so that it ends also while none is there.
 */
export function sql(dataDirectory: string, text: string): RemoteCommand {
  const socket = concat(
    raw('{ read -r x; read -r x; read -r x; read -r nv_port; read -r nv_socket; } < '),
    argv(`${dataDirectory}/postmaster.pid`),
  );
  const options = ['-XAtqw', '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=terse', '-d', 'postgres'];
  const psql = runAs(
    'postgres',
    argv('env', 'PGOPTIONS=-c synchronous_commit=local', 'timeout', '60', `${postgresPrograms}/psql`, ...options),
  );
  return all(socket, feed(text, concat(psql, raw(' -h "$nv_socket" -p "$nv_port"'))));
}

/** A server that runs and says nothing may hold anything: what it holds is not to be replaced. Null = it answers or is off. */
export function refusedWhileSilent({ running, live, silence }: PostgresFact, dataDirectory: string): Diff | null {
  if (!running || live) return null;
  return refused(`the server of ${dataDirectory} runs but does not answer`, silence ?? undefined);
}

/** A name as SQL writes it; names are plain already, the quotes keep key words harmless. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Waits until `query` yields a number other than 0; fails after the timeout, saying `what`. */
export function awaitSql(dataDirectory: string, wait: { query: string; timeoutSeconds: number; what: string }): RemoteCommand {
  return concat(
    raw('( nv_left='),
    argv(String(wait.timeoutSeconds * 2)),
    raw('; until nv_count=$('),
    sql(dataDirectory, `${wait.query};\n`),
    raw(' 2>&1) && [ "$nv_count" != 0 ]; do nv_left=$((nv_left - 1)); if [ $nv_left -le 0 ]; then printf \'%s: %s\\n\' '),
    argv(wait.what),
    raw(' "$nv_count" >&2; exit 1; fi; sleep 0.5; done )'),
  );
}
