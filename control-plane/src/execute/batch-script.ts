import { argv, concat, type RemoteCommand, raw } from '../core/remote-command.ts';
import { mayGoOn, raiseFence } from '../core/run-lock/fence.ts';
import { actLibrary, actLines } from '../core/unit-act.ts';
import type { BatchChange } from './batch-changes.ts';

/**
 * Held by the batch at work on a host: one that outlives its connection keeps the next one waiting. It holds the host's
 * turn, new with every batch: facts read in another turn are no ground for a change. In no service's own folder, which would go with it.
 */
export const batchLock = '/run/netvis-batch.lock';
/** A batch whose control plane is gone ends with the step it is at, such as the installation of packages. */
export const lockWaitSeconds = 300;
/** What is sent of a failed change's output. Far more than is shown, so that what is shown never begins inside a secret. */
const sentOutputBytes = 65_536;

/** One line of a batch's progress. `index` counts the batch's changes from 0. */
export type BatchLine =
  | { readonly kind: 'locked' | 'stale' | 'stopped' | 'unfenced' }
  | { readonly kind: 'start' | 'ok'; readonly index: number }
  | { readonly kind: 'failed'; readonly index: number; readonly exitCode: number }
  /** Of the change that failed: content that was put back, and whether the unit runs on it. */
  | { readonly kind: 'put-back'; readonly path: string }
  | { readonly kind: 'runs-again' | 'stays-down' };

type LockOptions = { readonly lock?: string; readonly waitSeconds?: number };
type BatchOptions = LockOptions & {
  /** The host's turn in which its facts were read. */
  readonly turn: string;
  /** Epoch of the cluster's lock, under which the batch is sent. */
  readonly epoch: number;
  /** Where the host keeps the highest epoch it has seen. */
  readonly fence?: string;
  /** On whose behalf: what the host's journal says of the batch, under the name `netvis-ctl`, when it begins and ends. */
  readonly onBehalfOf?: string;
};

/**
 * Waits until no batch is at work on the host and prints the host's turn, for `parseTurn`; `read` then follows. The
 * single line `locked` and nothing else when another batch is still at work.
 */
export function inTurn(read: RemoteCommand, { lock = batchLock, waitSeconds = lockWaitSeconds }: LockOptions = {}): RemoteCommand {
  const take = takeLock(lock, { kind: '-s', waitSeconds });
  return concat(take, raw('echo "@@netvis turn $(cat '), argv(lock), raw(')"\nexec 9>&-\n'), read);
}

/** The turn in the answer to `inTurn`; null when another batch was still at work. */
export function parseTurn(stdout: string): string | null {
  return /^@@netvis turn ([0-9a-f-]*)$/m.exec(stdout)?.[1] ?? null;
}

/**
 * One script for all changes, under the host's batch lock: progress lines on stdout, stop at the first failure. The end
 * of a failed change's output follows its `failed` line; that of the others is dropped. A single line means that nothing
 * was done: `locked`, another batch is still at work there; `stale`, one was since `turn`; `unfenced`, the host cannot
 * keep the epoch. `stopped` in place of a step means that a higher epoch came, from a run that broke the lock or a user
 * who stops this one. When nobody reads the progress any longer, the batch ends after the change in hand.
 */
export function batchScript(changes: readonly BatchChange[], { turn, epoch, fence, onBehalfOf, ...options }: BatchOptions): RemoteCommand {
  const { lock = batchLock, waitSeconds = lockWaitSeconds } = options;
  const check = concat(mayGoOn(epoch), raw(' || { nv_say stopped; exit 1; }\n'));
  const isFirst = (index: number) => changes[index]?.stepIndex !== changes[index - 1]?.stepIndex;
  return concat(
    raw('set -u\numask 022\nnv_say() { echo "@@netvis $*" || exit 1; }\n'),
    actLibrary,
    raiseFence(epoch, fence),
    raw(' || { nv_say unfenced; exit 1; }\n'),
    takeLock(lock, { kind: '-x', waitSeconds }),
    takeTurn(lock, turn),
    ...(onBehalfOf === undefined ? [] : [toldToJournal(`${onBehalfOf}, epoch ${epoch}`)]),
    ...changes.flatMap(({ change }, index) => [...(isFirst(index) ? [check] : []), guarded(change.command, index)]),
  );
}

/** Reads a progress line; null for any other line. */
export function parseBatchLine(line: string): BatchLine | null {
  const [, word] = /^@@netvis (locked|stale|stopped|unfenced)$/.exec(line) ?? [];
  if (word !== undefined) return { kind: word as 'locked' | 'stale' | 'stopped' | 'unfenced' };
  if (line === actLines.runsAgain) return { kind: 'runs-again' };
  if (line === actLines.staysDown) return { kind: 'stays-down' };
  if (line.startsWith(`${actLines.putBack} /`)) return { kind: 'put-back', path: line.slice(actLines.putBack.length + 1) };
  const match = /^@@netvis (start|ok|failed) (\d+)(?: (\d+))?$/.exec(line);
  if (!match) return null;
  const index = Number(match[2]);
  if (match[1] === 'failed') return { kind: 'failed', index, exitCode: Number(match[3]) };
  return { kind: match[1] as 'start' | 'ok', index };
}

/** Shared (`-s`) or exclusive (`-x`). */
function takeLock(lock: string, { kind, waitSeconds }: { kind: '-s' | '-x'; waitSeconds: number }): RemoteCommand {
  const take = raw(`\nflock ${kind} -w ${waitSeconds} 9 || { echo "@@netvis locked"; exit 1; }\n`);
  return concat(raw('exec 9>> '), argv(lock), take);
}

function takeTurn(lock: string, turn: string): RemoteCommand {
  const isMine = concat(raw('[ "$(cat '), argv(lock), raw(')" = '), argv(turn), raw(' ]'));
  const end = raw(' || { echo "@@netvis stale"; exit 1; }\n');
  return concat(isMine, end, argv('cat', '/proc/sys/kernel/random/uuid'), raw(' > '), argv(lock), raw('\n'));
}

/** A host whose journal takes nothing is changed all the same. The end is told while the lock is still held. */
function toldToJournal(who: string): RemoteCommand {
  const say = raw('nv_journal() { logger -t netvis-ctl "$nv_who: $1" 9>&- 2>/dev/null || true; }\n');
  return concat(raw('nv_who='), argv(who), raw('\n'), say, raw('nv_journal begins\ntrap \'nv_journal "ends with $?"\' EXIT\n'));
}

/** A change does not get the lock's descriptor: a daemon it starts would hold the lock for good. */
function guarded(command: RemoteCommand, index: number): RemoteCommand {
  return concat(
    raw(`nv_say start ${index}\nif out=$( exec 9>&-; {\n`),
    command,
    raw(`\n} </dev/null 2>&1 ); then nv_say ok ${index}; else nv_say failed ${index} $?; `),
    raw(`printf '%s\\n' "$out" | tail -c ${sentOutputBytes}; exit 1; fi\n`),
  );
}
