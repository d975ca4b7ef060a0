import { all, argv, concat, feed, type RemoteCommand, raw } from './remote-command.ts';

/** What a unit has to do because something it depends on changed. */
export type PendingVerb = 'restart' | 'reload';

/** Where a unit's pending verb is kept until the unit's `service` step has acted. */
export const pendingDirectory = '/var/lib/netvis/pending';

/** Where `keepContent` keeps what files held while a unit last ran well. */
export const keptDirectory = '/var/lib/netvis/kept';

/**
 * Marks a unit for a restart or reload; a restart is not turned into a reload. Content kept for a unit without a mark
 * is of an act that nobody asks for any more, and goes.
 */
export function markPending(unit: string, verb: PendingVerb): RemoteCommand {
  const path = `${pendingDirectory}/${unit}`;
  const write = concat(feed(verb, raw('cat > ')), argv(path));
  const keepsRestart = concat(raw('{ [ "$(cat '), argv(path), raw(' 2>/dev/null)" = restart ] || '), write, raw('; }'));
  return all(
    argv('mkdir', '-p', pendingDirectory),
    concat(raw('{ [ -e '), argv(path), raw(' ] || '), argv('rm', '-rf', `${keptDirectory}/${unit}`), raw('; }')),
    verb === 'restart' ? write : keepsRestart,
  );
}
