import type { PlannedStep } from '../core/plan.ts';
import { all, argv, concat, feed, type RemoteCommand, raw } from '../core/remote-command.ts';
import type { Change } from '../core/steps/step-kind.ts';

/** Directory of the marker files that keep a restart or reload due until it is done. */
export const pendingDirectory = '/var/lib/netvis/pending';

/** Held by the batch at work on a host: one that outlives its connection keeps the next one waiting. In no service's own folder, which would go with it. */
export const batchLock = '/run/netvis-batch.lock';
const lockWaitSeconds = 30;
/** What is sent of a failed change's output. Far more than is shown, so that what is shown never begins inside a secret. */
const sentOutputBytes = 65_536;

/** One line of a batch's progress. `index` counts the batch's changes from 0. */
export type BatchLine =
  | { readonly kind: 'locked' }
  | { readonly kind: 'start' | 'ok'; readonly index: number }
  | { readonly kind: 'failed'; readonly index: number; readonly exitCode: number };

/** A change with the step it belongs to. */
export type BatchChange = { readonly stepIndex: number; readonly change: Change };

/** The changes of a stage in order, each preceded by the markers of the units it notifies. */
export function batchChanges(planned: readonly PlannedStep[]): readonly BatchChange[] {
  return planned.flatMap(({ step, diff }, stepIndex) => {
    if (diff.kind !== 'change') return [];
    const markers = step.notify.map(({ unit, verb }) => markPending(unit, verb));
    return diff.changes.map((change, i) => ({
      stepIndex,
      change: i === 0 && markers.length > 0 ? { ...change, command: all(...markers, change.command) } : change,
    }));
  });
}

/**
 * One script for all changes, under the host's batch lock: progress lines on stdout, stop at the first failure. The end
 * of a failed change's output follows its `failed` line; that of the others is dropped. A single `locked` line means that
 * another batch is still at work there.
 */
export function batchScript(changes: readonly BatchChange[], { lock = batchLock, waitSeconds = lockWaitSeconds } = {}): RemoteCommand {
  return concat(
    raw('set -u\numask 022\n'),
    takeLock(lock, waitSeconds),
    ...changes.map(({ change }, index) => guarded(change.command, index)),
  );
}

/** Reads a progress line; null for any other line. */
export function parseBatchLine(line: string): BatchLine | null {
  if (line === '@@netvis locked') return { kind: 'locked' };
  const match = /^@@netvis (start|ok|failed) (\d+)(?: (\d+))?$/.exec(line);
  if (!match) return null;
  const index = Number(match[2]);
  if (match[1] === 'failed') return { kind: 'failed', index, exitCode: Number(match[3]) };
  return { kind: match[1] as 'start' | 'ok', index };
}

function takeLock(lock: string, waitSeconds: number): RemoteCommand {
  const take = raw(`\nflock -w ${waitSeconds} 9 || { echo "@@netvis locked"; exit 1; }\n`);
  return concat(raw('exec 9> '), argv(lock), take);
}

/** A change does not get the lock's descriptor: a daemon it starts would hold the lock for good. */
function guarded(command: RemoteCommand, index: number): RemoteCommand {
  return concat(
    raw(`echo "@@netvis start ${index}"\nif out=$( exec 9>&-; {\n`),
    command,
    raw(`\n} </dev/null 2>&1 ); then echo "@@netvis ok ${index}"; else echo "@@netvis failed ${index} $?"; `),
    raw(`printf '%s\\n' "$out" | tail -c ${sentOutputBytes}; exit 1; fi\n`),
  );
}

function markPending(unit: string, verb: 'restart' | 'reload'): RemoteCommand {
  const path = `${pendingDirectory}/${unit}`;
  const write = concat(feed(verb, raw('cat > ')), argv(path));
  const keepsRestart = concat(raw('{ [ "$(cat '), argv(path), raw(' 2>/dev/null)" = restart ] || '), write, raw('; }'));
  return all(argv('mkdir', '-p', pendingDirectory), verb === 'restart' ? write : keepsRestart);
}
